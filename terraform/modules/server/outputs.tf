output "user_data" {
  description = "The script that a machine starts with."
  value       = local.user_data

  precondition {
    condition     = length(base64encode(local.user_data)) <= 21848
    error_message = "The script that machines start with is too long: user data is 16 KiB at most."
  }
}

output "image_id" {
  description = "The image of the machine."
  value       = var.ami_id != null ? var.ami_id : data.aws_ssm_parameter.image[0].insecure_value
}

output "instance_profile" {
  description = "What the machine may do: ARN and name of its instance profile."
  value       = { arn = aws_iam_instance_profile.this.arn, name = aws_iam_instance_profile.this.name }
}

output "executable_sha256" {
  description = "Checksum of the executable."
  value       = local.files.executable.sha256
}

output "log_group" {
  description = "Name of the group that its log is in."
  value       = aws_cloudwatch_log_group.this.name
}

output "namespace" {
  description = "The namespace in CloudWatch of what chatd reports: Errors, People, Connections, CommitMilliseconds, FreeBytes, StoreFails."
  value       = local.namespace
}

output "alarms" {
  description = "The alarms for what chatd reports, for modules/alarms."
  value = {
    errors = {
      description = "chatd reports an error: the database refuses what is said, a server was cut off, or a bug. The log says which: aws logs tail ${aws_cloudwatch_log_group.this.name} --region ${var.region} --since 3h --filter-pattern '{ $.level >= 50 }'"
      namespace   = local.namespace
      metric      = "Errors"
      dimensions  = {}
      statistic   = "Sum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      periods     = 1
      # A log without errors is no alarm.
      missing = "notBreaching"
    }
    # Errors are logged when something begins to fail: this rings as long as it does, and until nothing has failed for five
    # minutes.
    store = {
      description = "Nothing that is said can be stored, or a server is cut off from the database: the database, the way to it, its password, its disk. The log says which."
      namespace   = local.namespace
      metric      = "StoreFails"
      dimensions  = {}
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      period_s    = 300
      periods     = 1
      missing     = "notBreaching"
    }
  }
}
