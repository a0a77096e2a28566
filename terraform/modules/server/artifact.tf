# What the instances download when they start. Each has its place in the bucket, and its versions stay there for a while: a
# launch template names the version that it was made with, so an older one still finds what it needs.

locals {
  files = { for id, file in merge({
    executable = { path = var.artifact, mode = "755", to = "/usr/local/bin/chatd" }
  }, var.files) : id => merge(file, { sha256 = filesha256(file.path) }) }
}

resource "aws_s3_bucket" "artifacts" {
  #checkov:skip=CKV_AWS_18:what it holds is no secret, and its readers are in CloudTrail
  #checkov:skip=CKV_AWS_144:it can be filled again from where it was made
  #checkov:skip=CKV_AWS_145:what it holds is no secret
  #checkov:skip=CKV2_AWS_62:nobody waits for its events
  bucket_prefix = "${var.project}-"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "artifacts" {
  bucket                  = aws_s3_bucket.artifacts.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# What was replaced is kept for a way back, and then goes.
resource "aws_s3_bucket_lifecycle_configuration" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.artifacts]
}

# Only over TLS.
resource "aws_s3_bucket_policy" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.artifacts]
}

resource "aws_s3_object" "artifact" {
  for_each    = local.files
  bucket      = aws_s3_bucket.artifacts.id
  key         = basename(each.value.to)
  source      = each.value.path
  source_hash = each.value.sha256

  depends_on = [aws_s3_bucket_versioning.artifacts]
}
