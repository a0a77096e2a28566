# Logs, and what somebody has to be told of.

resource "aws_cloudwatch_log_group" "chat" {
  #checkov:skip=CKV_AWS_158:the default encryption of CloudWatch will do
  #checkov:skip=CKV_AWS_338:how long they are kept is a variable
  name              = "/${var.project}/chatd"
  retention_in_days = var.log_retention_days
}

locals {
  of_targets = {
    namespace  = "AWS/NetworkELB"
    dimensions = { LoadBalancer = aws_lb.this.arn_suffix, TargetGroup = aws_lb_target_group.chat.arn_suffix }
  }
  of_group = {
    namespace  = "AWS/AutoScaling"
    dimensions = { AutoScalingGroupName = aws_autoscaling_group.this.name }
  }
  of_database = {
    namespace  = "AWS/RDS"
    dimensions = { DBInstanceIdentifier = aws_db_instance.this.identifier }
  }

  alarms = {
    unhealthy-hosts = merge(local.of_targets, {
      description = "An instance does not serve. It is replaced by itself; look why: its log, and journalctl -u chatd"
      metric      = "UnHealthyHostCount"
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      minutes     = 5
    })
    node-count = merge(local.of_group, {
      description = "Fewer instances than there should be"
      metric      = "GroupInServiceInstances"
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      threshold   = var.capacity.min
      minutes     = 5
    })
    capacity = merge(local.of_group, {
      description = "As many instances as there may be: think of capacity.max"
      metric      = "GroupInServiceInstances"
      statistic   = "Minimum"
      comparison  = "GreaterThanOrEqualToThreshold"
      threshold   = var.capacity.max
      minutes     = 30
    })
    database-cpu = merge(local.of_database, {
      description = "The database is busy, in percent of its processors"
      metric      = "CPUUtilization"
      statistic   = "Average"
      comparison  = "GreaterThanThreshold"
      threshold   = 80
      minutes     = 10
    })
    database-storage = merge(local.of_database, {
      description = "Bytes of storage that are left for the database: has it grown as far as it may?"
      metric      = "FreeStorageSpace"
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      threshold   = 2 * pow(1024, 3)
      minutes     = 10
    })
    database-memory = merge(local.of_database, {
      description = "Bytes of memory that are left for the database"
      metric      = "FreeableMemory"
      statistic   = "Average"
      comparison  = "LessThanThreshold"
      threshold   = 64 * pow(1024, 2)
      minutes     = 10
    })
    database-connections = merge(local.of_database, {
      description = "Connections to the database, against those that it takes"
      metric      = "DatabaseConnections"
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = floor(var.database_max_connections * 0.8)
      minutes     = 5
    })
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = local.alarms
  alarm_name          = "${var.project}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = each.value.minutes
  # Where nothing is measured any more, something is wrong.
  treat_missing_data = "breaching"
  alarm_actions      = var.alarm_topic_arns
  ok_actions         = var.alarm_topic_arns
}
