# What every bucket has to be. Needs no account: terraform init && terraform test

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  prefix          = "chatd-"
  noncurrent_days = 90
}

run "bucket" {
  command = plan

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "Nothing in it is public (CKV_AWS_53 to 56)."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Effect == "Deny" && jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Condition == { Bool = { "aws:SecureTransport" = "false" } }
    error_message = "What is refused is what does not come over TLS."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled" && aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 90
    error_message = "What is replaced is kept for a while."
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration) == 0
    error_message = "Nothing ends by itself that was not said to."
  }

  assert {
    condition     = aws_s3_bucket.this.force_destroy && aws_s3_bucket.this.bucket_prefix == "chatd-"
    error_message = "It goes with the deployment, and has its name."
  }
}

run "objects_that_expire" {
  command = plan

  variables {
    expire_days = 7
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days == 7
    error_message = "Objects end when it was said."
  }
}
