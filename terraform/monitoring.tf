# What somebody has to be told of.

locals {
  targets = {
    namespace  = "AWS/NetworkELB"
    dimensions = { LoadBalancer = aws_lb.this.arn_suffix, TargetGroup = aws_lb_target_group.chat.arn_suffix }
  }
  group = {
    namespace  = "AWS/AutoScaling"
    dimensions = { AutoScalingGroupName = aws_autoscaling_group.this.name }
  }

  alarms = merge(module.server.alarms, local.database_alarms, {
    silent = {
      description = "Fewer instances say each minute how they are than there should be: chatd does not run there, or its log does not arrive, and no other alarm of chatd's own can ring. Look with Session Manager: journalctl -u chatd, /var/log/cloud-init-output.log"
      namespace   = module.server.namespace
      metric      = "People"
      dimensions  = {}
      statistic   = "SampleCount"
      comparison  = "LessThanThreshold"
      threshold   = var.capacity.min
      periods     = 10
    }
    unhealthy-hosts = merge(local.targets, {
      description = "An instance does not serve. It is replaced by itself; look why: its log, and journalctl -u chatd"
      metric      = "UnHealthyHostCount"
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      periods     = 5
    })
    node-count = merge(local.group, {
      description = "Fewer instances than there should be"
      metric      = "GroupInServiceInstances"
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      threshold   = var.capacity.min
      periods     = 5
    })
    capacity = merge(local.group, {
      description = "As many instances as there may be: think of capacity.max"
      metric      = "GroupInServiceInstances"
      statistic   = "Minimum"
      comparison  = "GreaterThanOrEqualToThreshold"
      threshold   = var.capacity.max
      periods     = 30
    })
  })

  of_database = local.own_database == 0 ? null : {
    namespace  = "AWS/RDS"
    dimensions = { DBInstanceIdentifier = aws_db_instance.this[local.database_used].identifier }
  }

  # Of ours; credits, where the class has them.
  database_alarms = { for name, alarm in {
    database-cpu = merge(local.of_database, {
      description = "The database is busy, in percent of its processors"
      metric      = "CPUUtilization"
      statistic   = "Average"
      comparison  = "GreaterThanThreshold"
      threshold   = 80
      periods     = 10
    })
    database-storage = merge(local.of_database, {
      description = "Bytes of storage that are left for the database: has it grown as far as it may?"
      metric      = "FreeStorageSpace"
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      threshold   = 2 * pow(1024, 3)
      periods     = 10
    })
    database-memory = merge(local.of_database, {
      description = "Bytes of memory that are left for the database"
      metric      = "FreeableMemory"
      statistic   = "Average"
      comparison  = "LessThanThreshold"
      threshold   = 64 * pow(1024, 2)
      periods     = 10
    })
    database-connections = merge(local.of_database, {
      description = "Connections to the database, against those that it takes"
      metric      = "DatabaseConnections"
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = floor(var.database_max_connections * 0.8)
      periods     = 5
    })
    database-credits = merge(local.of_database, {
      description = "The database uses more of its processor than its class earns, which costs extra: think of another database_instance_class"
      metric      = "CPUSurplusCreditsCharged"
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      period_s    = 300
      periods     = 3
      missing     = "notBreaching"
    })
  } : name => alarm if local.of_database != null && (name != "database-credits" || startswith(var.database_instance_class, "db.t")) }
}

module "alarms" {
  source = "./modules/alarms"

  project      = var.project
  emails       = var.alarm_emails
  alarms       = local.alarms
  takes_events = true
}

# Events of AWS that have no metric.
locals {
  events = merge({
    refresh-failed = {
      description = "An upgrade stopped, and the old instances stay: nobody would notice."
      pattern = {
        source      = ["aws.autoscaling"]
        detail-type = ["EC2 Auto Scaling Instance Refresh Failed", "EC2 Auto Scaling Instance Refresh Cancelled"]
        detail      = { AutoScalingGroupName = [aws_autoscaling_group.this.name] }
      }
    }
    }, !local.has_tls ? {} : {
    certificate = {
      description = "The certificate ends soon and was not renewed: import it again, or mend the record that validates it."
      pattern = {
        source      = ["aws.acm"]
        resources   = [local.certificate_arn]
        detail-type = ["ACM Certificate Approaching Expiration", "ACM Certificate Renewal Action Required"]
      }
    }
    }, local.own_database == 0 ? {} : {
    database = {
      description = "A database fails over, runs full, is maintained or restored."
      pattern = {
        source      = ["aws.rds"]
        detail-type = ["RDS DB Instance Event"]
        detail = {
          SourceIdentifier = keys(local.databases)
          EventCategories  = ["availability", "failover", "failure", "low storage", "maintenance", "recovery", "restoration"]
        }
      }
    }
  })
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each      = local.events
  name          = "${var.project}-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.events
  rule     = aws_cloudwatch_event_rule.this[each.key].name
  arn      = module.alarms.topic_arn
}
