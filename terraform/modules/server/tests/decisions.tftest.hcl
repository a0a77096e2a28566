# What a server has to be, wherever it is. Needs no account: terraform init && terraform test

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

run "settings" {
  command = plan

  variables {
    settings = { CHATD_KEEP = "90d" }
    welcome  = "Welcome to $HOME, \"friends\"."
  }

  assert {
    condition     = strcontains(local.user_data, "CHATD_KEEP=\"90d\"\n")
    error_message = "More settings are in the environment, too."
  }

  assert {
    condition     = strcontains(local.user_data, "CHATD_WELCOME=\"/etc/chatd/welcome.txt\"\n") && strcontains(local.user_data, base64encode("Welcome to $HOME, \"friends\".\n"))
    error_message = "The welcome is a file on the instance, as it was written."
  }
}

run "user_data" {
  command = plan

  assert {
    condition     = strcontains(local.user_data, "fetch \"chatd\" \"version-1\" \"${filesha256("tests/chatd-linux-arm64")}\" 755 /usr/local/bin/chatd\n") && strcontains(local.user_data, "sha256sum --check")
    error_message = "The executable is named by its version and checksum, and checked."
  }

  assert {
    condition     = strcontains(local.user_data, "net.ipv4.tcp_retries2 = 8") && strcontains(local.user_data, "net.ipv4.tcp_wmem = 4096 16384 262144")
    error_message = "Dead peers are given up sooner, and little waits in the kernel."
  }

  assert {
    condition     = strcontains(local.user_data, file("../../../deploy/systemd/chatd.service")) && strcontains(local.user_data, file("../../../deploy/systemd/chatd.socket"))
    error_message = "The units are those that are tested."
  }

  assert {
    condition     = strcontains(local.user_data, "systemctl enable --now chatd.socket chatd.service")
    error_message = "The socket and the service start by themselves, the socket first: it holds the port."
  }
}

run "artifact" {
  command = plan

  assert {
    condition     = aws_s3_object.artifact["executable"].key == "chatd" && aws_s3_object.artifact["executable"].source_hash == filesha256("tests/chatd-linux-arm64") && output.executable_sha256 == filesha256("tests/chatd-linux-arm64")
    error_message = "Another file is another version of the object, and so of the launch template; the one before stays."
  }

  assert {
    condition     = module.artifacts.lifecycle.noncurrent_version_expiration[0].noncurrent_days == 90 && length(module.artifacts.lifecycle.expiration) == 0
    error_message = "Older templates find what they need: the way back is there for 90 days."
  }
}

run "roles" {
  command = plan

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : (statement.Resource != "*" || statement.Sid == "SessionManager") && !strcontains(jsonencode(statement.Action), "*")])
    error_message = "An instance may do what it has to, to what is its own."
  }

  assert {
    condition     = contains(flatten([for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Action]), "ssmmessages:OpenDataChannel")
    error_message = "Session Manager is the way in."
  }
}

run "processors" {
  command = plan

  variables {
    instance_type = "t3.small"
    artifact      = "tests/chatd-linux-x64"
  }

  assert {
    condition     = local.architecture == "x64" && endswith(data.aws_ssm_parameter.image[0].name, "-x86_64") && aws_s3_object.artifact["executable"].source == "tests/chatd-linux-x64"
    error_message = "Image and executable are for the instance's processor."
  }
}

run "log" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_metric_filter.errors.pattern == "{ $.level >= 50 }" && aws_cloudwatch_log_metric_filter.errors.log_group_name == "/chatd/chatd"
    error_message = "chatd's own errors are seen: its log is JSON, where 50 is an error."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "Logs have an end."
  }

  assert {
    condition     = toset([for filter in aws_cloudwatch_log_metric_filter.state : filter.metric_transformation[0].name]) == toset(["People", "Connections", "CommitMilliseconds", "FreeBytes", "StoreFails"]) && strcontains(local.user_data, "CHATD_LOG_STATE=\"60s\"")
    error_message = "Each machine says of itself what is drawn."
  }
}
