# One page that says how the chat is.

locals {
  # A metric as a dashboard names it: namespace, name, and its dimensions in pairs.
  graphs = {
    "People" = {
      metrics = [[module.server.namespace, "People"]]
      # Each instance says its number once a minute.
      stat = "Sum"
    }
    "Connections" = {
      metrics = [["AWS/NetworkELB", "ActiveFlowCount", "LoadBalancer", aws_lb.this.arn_suffix]]
      stat    = "Average"
    }
    "Milliseconds until the database has a batch" = {
      metrics = [[module.server.namespace, "CommitMilliseconds", { stat = "Average" }], [module.server.namespace, "CommitMilliseconds", { stat = "Maximum" }]]
      stat    = "Average"
    }
    "Errors in the log" = {
      metrics = [[module.server.namespace, "Errors"]]
      stat    = "Sum"
    }
    "Instances" = {
      metrics = [["AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", aws_autoscaling_group.this.name]]
      stat    = "Average"
    }
    "Instances' processors, percent" = {
      metrics = [["AWS/EC2", "CPUUtilization", "AutoScalingGroupName", aws_autoscaling_group.this.name]]
      stat    = "Maximum"
    }
    "Connections that were reset" = {
      metrics = [for name in ["TCP_Client_Reset_Count", "TCP_Target_Reset_Count", "TCP_ELB_Reset_Count"] : ["AWS/NetworkELB", name, "LoadBalancer", aws_lb.this.arn_suffix]]
      stat    = "Sum"
    }
  }

  database_graphs = local.own_database == 0 ? {} : {
    for title, metric in {
      "Database's processors, percent"    = "CPUUtilization"
      "Database's storage left, bytes"    = "FreeStorageSpace"
      "Database's write latency, seconds" = "WriteLatency"
      } : title => {
      metrics = [["AWS/RDS", metric, "DBInstanceIdentifier", aws_db_instance.this[local.database_used].identifier]]
      stat    = "Average"
    }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.project
  dashboard_body = jsonencode({
    widgets = [for title, graph in merge(local.graphs, local.database_graphs) : {
      type   = "metric"
      width  = 8
      height = 6
      properties = {
        title   = title
        region  = var.region
        period  = 60
        stat    = graph.stat
        metrics = graph.metrics
        yAxis   = { left = { min = 0 } }
      }
    }]
  })
}
