output "id" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.id
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "prefix" {
  description = "What its name begins with."
  value       = aws_s3_bucket.this.bucket_prefix
}

output "lifecycle" {
  description = "How long objects and their versions are kept, as S3 has it."
  value       = aws_s3_bucket_lifecycle_configuration.this.rule[0]
}
