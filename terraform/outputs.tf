output "nlb_dns_name" {
  description = "Name of the load balancer."
  value       = aws_lb.this.dns_name
}

output "telnet" {
  description = "What to type."
  value       = "telnet ${local.address} ${var.port}"
}

output "telnets" {
  description = "What to type for TLS; null: there is none."
  value       = local.has_tls ? "openssl s_client -quiet -connect ${local.address}:${var.tls_port}" : null
}

output "autoscaling_group" {
  description = "Name of the group of instances."
  value       = aws_autoscaling_group.this.name
}

output "executable_sha256" {
  description = "Checksum of what the instances run."
  value       = module.server.executable_sha256
}

output "database_endpoint" {
  description = "Where the database is, from within the VPC."
  value       = regex("@([^/]+)/", local.database.url)[0]
}

output "database_secret_arn" {
  description = "Where AWS keeps the database's password."
  value       = local.database.secret_arn
}

output "log_group" {
  description = "Where the logs are: aws logs tail NAME --follow"
  value       = module.server.log_group
}

output "alarm_topic_arn" {
  description = "The SNS topic that is told of alarms: subscribe to it whatever wakes you."
  value       = module.alarms.topic_arn
}

output "dashboard" {
  description = "Where the dashboard is."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards:name=${var.project}"
}

output "vpc_id" {
  description = "The VPC that everything is in."
  value       = local.network.id
}
