output "telnet" {
  description = "What to type."
  value       = "telnet ${local.address} ${var.port}"
}

output "address" {
  description = "The server's name, or its address where it has no name; it stays when the machine is replaced."
  value       = local.address
}

output "instance_id" {
  description = "The machine. Another one after each upgrade."
  value       = aws_instance.this.id
}

output "shell" {
  description = "Opens a shell on the machine, through Session Manager."
  value       = "aws ssm start-session --region ${var.region} --target ${aws_instance.this.id}"
}

output "executable_sha256" {
  description = "Checksum of what the machine runs."
  value       = module.server.executable_sha256
}

output "log_group" {
  description = "Where the logs are: aws logs tail NAME --follow"
  value       = module.server.log_group
}

output "alarm_topic_arn" {
  description = "The SNS topic that is told of alarms: subscribe to it whatever wakes you."
  value       = module.alarms.topic_arn
}

output "backup_bucket" {
  description = "The bucket that backups are in."
  value       = module.backups.id
}

output "list_backups" {
  description = "Lists the backups, the newest last; restore takes backups/ and such a name."
  value       = "aws s3 ls --region ${var.region} s3://${module.backups.id}/backups/"
}

output "volume_id" {
  description = "The volume that has what was said."
  value       = aws_ebs_volume.data.id
}

locals {
  address = var.domain != null ? var.domain : aws_eip.this.public_ip
}
