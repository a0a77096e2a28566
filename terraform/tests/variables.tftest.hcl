# What is refused, each with a reason that says what to do.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  region   = "eu-central-1"
  artifact = "tests/artifact"
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

run "artifact" {
  command = plan

  variables {
    artifact = "tests/no-such-file"
  }

  expect_failures = [var.artifact]
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

run "instance_type" {
  command = plan

  variables {
    instance_type = "t3.small"
  }

  expect_failures = [var.instance_type]
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

run "ami_id" {
  command = plan

  variables {
    ami_id = "the newest"
  }

  expect_failures = [var.ami_id]
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

run "database_final_snapshot" {
  command = plan

  variables {
    database_final_snapshot = "the end"
  }

  expect_failures = [var.database_final_snapshot]
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

run "log_retention_days" {
  command = plan

  variables {
    log_retention_days = 31
  }

  expect_failures = [var.log_retention_days]
}

run "alarm_topic_arns" {
  command = plan

  variables {
    alarm_topic_arns = ["me@example.com"]
  }

  expect_failures = [var.alarm_topic_arns]
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
