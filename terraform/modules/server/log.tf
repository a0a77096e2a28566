# The server's log, and the numbers that are read out of it.

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:the default encryption of CloudWatch will do
  #checkov:skip=CKV_AWS_338:how long they are kept is a variable
  name              = "/${var.project}/chatd"
  retention_in_days = var.log_retention_days
}

locals {
  namespace = "chatd/${var.project}"
}

# What chatd itself reports: its log is JSON, where 50 is an error.
resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "errors"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = "{ $.level >= 50 }"

  metric_transformation {
    namespace     = local.namespace
    name          = "Errors"
    value         = "1"
    default_value = "0"
  }
}

# What each machine says of itself once a minute (CHATD_LOG_STATE).
resource "aws_cloudwatch_log_metric_filter" "state" {
  for_each       = { People = "people", Connections = "connections", CommitMilliseconds = "commitMs", FreeBytes = "freeBytes", StoreFails = "storeFails" }
  name           = each.key
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = "{ $.msg = \"State\" }"

  metric_transformation {
    namespace = local.namespace
    name      = each.key
    value     = "$.${each.value}"
  }
}
