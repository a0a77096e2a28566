# Zone and snapshot count once: a volume cannot move or begin again, and its replacement would lack what was said.

mock_provider "aws" {
  source = "../../tests/mocks"
}

variables {
  region   = "eu-central-1"
  project  = "chatd"
  port     = 8080
  artifact = "../../modules/server/tests/chatd-linux-arm64"
}

run "applied" {
}

run "zone_that_stays" {
  command = plan

  override_data {
    target = data.aws_availability_zones.available
    values = { names = ["eu-central-1-0", "eu-central-1a"] }
  }

  override_data {
    target = data.aws_ec2_instance_type_offerings.zones
    values = { locations = ["eu-central-1-0", "eu-central-1a"] }
  }

  assert {
    condition     = aws_subnet.this.availability_zone == "eu-central-1a" && aws_ebs_volume.data.availability_zone == "eu-central-1a"
    error_message = "A zone that comes later, or that another type is in, moves nothing."
  }
}

run "type_that_is_not_in_the_zone" {
  command = plan

  override_data {
    target = data.aws_ec2_instance_type_offerings.zones
    values = { locations = ["eu-central-1b"] }
  }

  expect_failures = [aws_instance.this]
}

run "snapshot_that_comes_later" {
  command = plan

  variables {
    snapshot = "snap-0123456789abcdef0"
  }

  assert {
    condition     = aws_ebs_volume.data.snapshot_id != "snap-0123456789abcdef0"
    error_message = "A volume that is there is not replaced."
  }
}
