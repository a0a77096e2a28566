# What is refused, each with a reason that says what to do.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  region   = "eu-central-1"
  artifact = "modules/server/tests/chatd-linux-arm64"
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
    region             = "cn-north-1"
    database_ca_bundle = "rds-ca.pem"
  }

  expect_failures = [var.region]
}

run "region_without_authority" {
  command = plan

  variables {
    region = "il-central-1"
  }

  expect_failures = [var.database_ca_bundle]
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

run "project_ends_with_dash" {
  command = plan

  variables {
    project = "chat-"
  }

  expect_failures = [var.project]
}

run "port_zero" {
  command = plan

  variables {
    port = 0
  }

  expect_failures = [var.port]
}

run "port_too_high" {
  command = plan

  variables {
    port = 65536
  }

  expect_failures = [var.port]
}

run "ports_equal" {
  command = plan

  variables {
    port = 992
  }

  expect_failures = [var.tls_port]
}

run "tls_certificate_arn" {
  command = plan

  variables {
    tls_certificate_arn = "my certificate"
  }

  expect_failures = [var.tls_certificate_arn]
}

run "tls_policy" {
  command = plan

  variables {
    tls_policy = "ELBSecurityPolicy-2016-08"
  }

  expect_failures = [var.tls_policy]
}

run "allowed_cidrs" {
  command = plan

  variables {
    allowed_cidrs = ["everybody"]
  }

  expect_failures = [var.allowed_cidrs]
}

run "allowed_cidrs_empty" {
  command = plan

  variables {
    allowed_cidrs = []
  }

  expect_failures = [var.allowed_cidrs]
}

run "idle_timeout" {
  command = plan

  variables {
    idle_timeout = 6001
  }

  expect_failures = [var.idle_timeout]
}

run "drain_zero" {
  command = plan

  variables {
    drain = 0
  }

  expect_failures = [var.drain]
}

run "drain_too_long" {
  command = plan

  variables {
    drain = 3586
  }

  expect_failures = [var.drain]
}

run "capacity_of_one" {
  command = plan

  variables {
    capacity = { min = 1, max = 4 }
  }

  expect_failures = [var.capacity]
}

run "capacity_without_room" {
  command = plan

  variables {
    capacity = { min = 3, max = 3 }
  }

  expect_failures = [var.capacity]
}

run "connections_per_instance" {
  command = plan

  variables {
    connections_per_instance = 60000
  }

  expect_failures = [var.connections_per_instance]
}

run "vpc" {
  command = plan

  variables {
    vpc = {
      id                    = "vpc-1"
      load_balancer_subnets = ["subnet-a"]
      instance_subnets      = ["subnet-a", "subnet-b"]
      database_subnets      = ["subnet-a", "subnet-b"]
    }
  }

  expect_failures = [var.vpc]
}

run "vpc_cidr" {
  command = plan

  variables {
    vpc_cidr = "10.0.0.0/24"
  }

  expect_failures = [var.vpc_cidr]
}

run "database_instance_class" {
  command = plan

  variables {
    database_instance_class = "t4g.micro"
  }

  expect_failures = [var.database_instance_class]
}

run "database_storage" {
  command = plan

  variables {
    database_storage = { initial = 20, max = 20 }
  }

  expect_failures = [var.database_storage]
}

run "database_max_connections" {
  command = plan

  variables {
    capacity = { min = 2, max = 20 }
  }

  expect_failures = [var.database_max_connections]
}

run "database_backup_days" {
  command = plan

  variables {
    database_backup_days = 0
  }

  expect_failures = [var.database_backup_days]
}

run "database_ca_bundle" {
  command = plan

  variables {
    database_ca_bundle = "tests/no-such-file"
  }

  expect_failures = [var.database_ca_bundle]
}

run "project_of_aws" {
  command = plan

  variables {
    project = "internal-chat"
  }

  expect_failures = [var.project]
}

run "vpc_cidr_too_large" {
  command = plan

  variables {
    vpc_cidr = "10.0.0.0/8"
  }

  expect_failures = [var.vpc_cidr]
}

run "allowed_cidrs_with_host_bits" {
  command = plan

  variables {
    allowed_cidrs = ["10.0.0.1/8"]
  }

  expect_failures = [var.allowed_cidrs]
}

run "vpc_cidr_with_host_bits" {
  command = plan

  variables {
    vpc_cidr = "10.20.0.5/16"
  }

  expect_failures = [var.vpc_cidr]
}

run "idle_timeout_with_a_fraction" {
  command = plan

  variables {
    idle_timeout = 3600.5
  }

  expect_failures = [var.idle_timeout]
}

run "database_storage_with_a_fraction" {
  command = plan

  variables {
    database_storage = { initial = 20.5, max = 200 }
  }

  expect_failures = [var.database_storage]
}

run "database_backup_days_with_a_fraction" {
  command = plan

  variables {
    database_backup_days = 1.5
  }

  expect_failures = [var.database_backup_days]
}

run "database_max_connections_with_a_fraction" {
  command = plan

  variables {
    database_max_connections = 100.5
  }

  expect_failures = [var.database_max_connections]
}

run "domain" {
  command = plan

  variables {
    domain  = "Chat"
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

run "domain_and_certificate" {
  command = plan

  variables {
    domain              = "chat.example.org"
    zone_id             = "Z0123456789ABCDEFGHIJ"
    tls_certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
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

run "external_database_without_tls" {
  command = plan

  variables {
    external_database = { url = "postgres://a@b/c", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:talk", security_group_id = "sg-1" }
  }

  expect_failures = [var.external_database]
}

run "external_database_with_a_password" {
  command = plan

  variables {
    external_database = { url = "postgres://a:b@c/d?sslmode=verify-full", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:talk", security_group_id = "sg-1" }
  }

  expect_failures = [var.external_database]
}

run "external_database_without_a_group" {
  command = plan

  variables {
    external_database = { url = "postgres://a@c/d?sslmode=verify-full", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:talk", security_group_id = "mine" }
  }

  expect_failures = [var.external_database]
}

run "databases_by_bad_names" {
  command = plan

  variables {
    databases = { "chatd--2" = {} }
  }

  expect_failures = [var.databases]
}

run "databases_from_two_sources" {
  command = plan

  variables {
    databases = { chatd = {}, chatd-2 = { source = "chatd", snapshot = "a" } }
    database  = "chatd"
  }

  expect_failures = [var.databases]
}

run "databases_from_no_time" {
  command = plan

  variables {
    databases = { chatd = {}, chatd-2 = { source = "chatd", at = "yesterday" } }
    database  = "chatd"
  }

  expect_failures = [var.databases]
}

run "database_unknown" {
  command = plan

  variables {
    databases = { chatd = {} }
    database  = "chatd-2"
  }

  expect_failures = [var.database]
}

run "database_of_two" {
  command = plan

  variables {
    databases = { chatd = {}, chatd-2 = {} }
  }

  expect_failures = [var.database]
}

run "database_version" {
  command = plan

  variables {
    database_version = "9.6"
  }

  expect_failures = [var.database_version]
}

run "database_windows" {
  command = plan

  variables {
    database_windows = { backup = "at night", maintenance = "sun:03:30-sun:04:30" }
  }

  expect_failures = [var.database_windows]
}

run "alarm_emails" {
  command = plan

  variables {
    alarm_emails = ["me"]
  }

  expect_failures = [var.alarm_emails]
}

# At the bound: what is refused above is one more.
run "at_the_bounds" {
  command = plan

  variables {
    port                     = 65535
    drain                    = 3585
    idle_timeout             = 6000
    capacity                 = { min = 8, max = 9 }
    database_max_connections = 113
    database_backup_days     = 35
    project                  = "a-name-of-20-letters"
  }

  assert {
    condition     = tonumber(aws_lb_target_group.chat.deregistration_delay) == 3600
    error_message = "The longest that a load balancer waits."
  }
}

run "external_database_with_two_modes" {
  command = plan

  variables {
    external_database = { url = "postgres://a@b/c?sslmode=verify-full&sslmode=disable", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:talk", security_group_id = "sg-1" }
  }

  expect_failures = [var.external_database]
}

run "external_database_with_a_command" {
  command = plan

  variables {
    external_database = { url = "postgres://a@b/c?sslmode=verify-full", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a;id", security_group_id = "sg-1" }
  }

  expect_failures = [var.external_database]
}

run "external_database_beside_ours" {
  command = plan

  variables {
    databases         = { chatd = {} }
    external_database = { url = "postgres://a@b/c?sslmode=verify-full", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:talk", security_group_id = "sg-1" }
  }

  expect_failures = [var.external_database]
}
