output "nlb_dns_name" {
  description = "Name of the load balancer."
  value       = aws_lb.this.dns_name
}

output "telnet" {
  description = "What to type."
  value       = "telnet ${aws_lb.this.dns_name} ${var.port}"
}

output "telnets" {
  description = "What to type for TLS; null: there is none."
  value       = var.tls_certificate_arn == null ? null : "openssl s_client -quiet -connect ${aws_lb.this.dns_name}:${var.tls_port}"
}

output "autoscaling_group" {
  description = "Name of the group of instances."
  value       = aws_autoscaling_group.this.name
}

output "executable_sha256" {
  description = "Checksum of what the instances run."
  value       = local.files.executable.sha256
}

output "database_endpoint" {
  description = "Where the database is, from within the VPC."
  value       = aws_db_instance.this.endpoint
}

output "database_secret_arn" {
  description = "Where AWS keeps the database's password."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "log_group" {
  description = "Where the logs are: aws logs tail NAME --follow"
  value       = aws_cloudwatch_log_group.chat.name
}

output "vpc_id" {
  description = "The VPC that everything is in."
  value       = local.network.id
}
