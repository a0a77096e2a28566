# What is refused, each with a reason that says what to do.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  region             = "eu-central-1"
  project            = "chatd"
  artifact           = "tests/chatd-linux-arm64"
  instance_type      = "t4g.small"
  ami_id             = null
  environment        = { CHATD_DRAIN = "60s" }
  settings           = {}
  welcome            = null
  log_retention_days = 30
}

run "artifact" {
  command = plan

  variables {
    artifact = "tests/no-such-file"
  }

  expect_failures = [var.artifact]
}

run "ami_id" {
  command = plan

  variables {
    ami_id = "the newest"
  }

  expect_failures = [var.ami_id]
}

run "log_retention_days" {
  command = plan

  variables {
    log_retention_days = 31
  }

  expect_failures = [var.log_retention_days]
}

run "settings_of_something_else" {
  command = plan

  variables {
    settings = { PATH = "/tmp" }
  }

  expect_failures = [var.settings]
}

run "settings_with_quotes" {
  command = plan

  variables {
    settings = { CHATD_KEEP = "90d\"" }
  }

  expect_failures = [var.settings]
}

run "settings_of_the_deployment" {
  command = plan

  variables {
    settings = { CHATD_DATABASE = "memory:" }
  }

  expect_failures = [var.settings]
}

run "artifact_for_another_processor" {
  command = plan

  variables {
    artifact = "tests/chatd-linux-x64"
  }

  expect_failures = [var.artifact]
}

run "instance_type_for_another_processor" {
  command = plan

  variables {
    instance_type = "t3.small"
  }

  expect_failures = [var.artifact]
}

run "instance_type" {
  command = plan

  variables {
    instance_type = "small"
  }

  expect_failures = [var.instance_type]
}

run "settings_of_a_proxy" {
  command = plan

  variables {
    settings = { CHATD_PROXY_PROTOCOL = "true" }
  }

  expect_failures = [var.settings]
}

run "settings_of_a_trusted_proxy" {
  command = plan

  variables {
    settings = { CHATD_TRUSTED_PROXY = "10.0.0.0/8" }
  }

  expect_failures = [var.settings]
}

run "settings_of_the_bus" {
  command = plan

  variables {
    settings = { CHATD_BUS = "local" }
  }

  expect_failures = [var.settings]
}

run "settings_of_keepalive" {
  command = plan

  variables {
    settings = { CHATD_KEEPALIVE = "0" }
  }

  expect_failures = [var.settings]
}

run "settings_of_tls" {
  command = plan

  variables {
    settings = { CHATD_TLS_PORT = "992" }
  }

  expect_failures = [var.settings]
}

run "settings_of_ports" {
  command = plan

  variables {
    settings = { CHATD_PORT = "23" }
  }

  expect_failures = [var.settings]
}

run "settings_of_a_file" {
  command = plan

  variables {
    settings = { CHATD_CONFIG = "/etc/chatd.toml" }
  }

  expect_failures = [var.settings]
}

run "settings_of_the_log" {
  command = plan

  variables {
    settings = { CHATD_LOG_FORMAT = "pretty" }
  }

  expect_failures = [var.settings]
}

run "settings_of_the_welcome" {
  command = plan

  variables {
    settings = { CHATD_WELCOME = "/etc/motd" }
  }

  expect_failures = [var.settings]
}

run "welcome_too_long" {
  command = plan

  variables {
    welcome = join("", [for i in range(1001) : "ab"])
  }

  expect_failures = [var.welcome]
}

run "environment_with_a_line_end" {
  command = plan

  variables {
    environment = { CHATD_DATABASE = "a\nb" }
  }

  expect_failures = [var.environment]
}

run "files_of_one_name" {
  command = plan

  variables {
    files = { rotation = { path = "tests/chatd-linux-x64", mode = "644", to = "/etc/logrotate.d/chatd" } }
  }

  expect_failures = [var.files]
}

run "settings_of_the_log_level" {
  command = plan

  variables {
    settings = { CHATD_LOG_LEVEL = "warn" }
  }

  expect_failures = [var.settings]
}
