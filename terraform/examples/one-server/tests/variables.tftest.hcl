# What is refused, each with a reason that says what to do. The rest is in modules/server.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  region   = "eu-central-1"
  project  = "chatd"
  port     = 8080
  artifact = "../../modules/server/tests/chatd-linux-arm64"
}

run "region" {
  command = plan

  variables {
    region = "Frankfurt"
  }

  expect_failures = [var.region]
}

run "region_of_china" {
  command = plan

  variables {
    region = "cn-north-1"
  }

  expect_failures = [var.region]
}

run "project_too_long" {
  command = plan

  variables {
    project = "a-name-that-is-much-too-long"
  }

  expect_failures = [var.project]
}

run "project_with_capitals" {
  command = plan

  variables {
    project = "Chat"
  }

  expect_failures = [var.project]
}

run "port" {
  command = plan

  variables {
    port = 0
  }

  expect_failures = [var.port]
}

run "port_in_part" {
  command = plan

  variables {
    port = 8080.5
  }

  expect_failures = [var.port]
}

run "allowed_cidrs_none" {
  command = plan

  variables {
    allowed_cidrs = []
  }

  expect_failures = [var.allowed_cidrs]
}

run "allowed_cidrs_with_host" {
  command = plan

  variables {
    allowed_cidrs = ["10.0.0.1/8"]
  }

  expect_failures = [var.allowed_cidrs]
}

run "drain_too_long" {
  command = plan

  variables {
    drain = 600
  }

  expect_failures = [var.drain]
}

run "domain" {
  command = plan

  variables {
    domain  = "Chat!"
    zone_id = "Z0123456789ABCDEFGHIJ"
  }

  expect_failures = [var.domain]
}

run "domain_without_zone" {
  command = plan

  variables {
    domain = "chat.example.org"
  }

  expect_failures = [var.domain]
}

run "zone_id" {
  command = plan

  variables {
    domain  = "chat.example.org"
    zone_id = "example.org"
  }

  expect_failures = [var.zone_id]
}

run "volume_too_small" {
  command = plan

  variables {
    volume_size = 1
  }

  expect_failures = [var.volume_size]
}

run "volume_in_part" {
  command = plan

  variables {
    volume_size = 8.5
  }

  expect_failures = [var.volume_size]
}

run "backup_schedule" {
  command = plan

  variables {
    backup_schedule = "hourly\nUnit=other.service"
  }

  expect_failures = [var.backup_schedule]
}

run "backup_alarm_hours" {
  command = plan

  variables {
    backup_alarm_hours = 169
  }

  expect_failures = [var.backup_alarm_hours]
}

run "backup_days" {
  command = plan

  variables {
    backup_days = 0
  }

  expect_failures = [var.backup_days]
}

run "restore_of_something_else" {
  command = plan

  variables {
    restore = "chatd"
  }

  expect_failures = [var.restore]
}

run "restore_with_quotes" {
  command = plan

  variables {
    restore = "backups/\"; reboot; \".db.gz"
  }

  expect_failures = [var.restore]
}

run "snapshot" {
  command = plan

  variables {
    snapshot = "the last"
  }

  expect_failures = [var.snapshot]
}

run "alarm_emails" {
  command = plan

  variables {
    alarm_emails = ["operators"]
  }

  expect_failures = [var.alarm_emails]
}

run "region_without_the_type" {
  command = plan

  override_data {
    target = data.aws_ec2_instance_type_offerings.zones
    values = { locations = [] }
  }

  expect_failures = [aws_subnet.this]
}

run "instance_type_without_nvme" {
  command = plan

  variables {
    instance_type = "t2.micro"
    artifact      = "../../modules/server/tests/chatd-linux-x64"
  }

  expect_failures = [var.instance_type]
}
