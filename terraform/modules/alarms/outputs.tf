output "topic_arn" {
  description = "The SNS topic that is told."
  value       = aws_sns_topic.this.arn
}

output "alarms" {
  description = "The alarms as they are, by their names."
  value       = aws_cloudwatch_metric_alarm.this
}
