# deletion_protection is of the load balancer and the database, which destroy would reach last: by then the instances, the
# logs and the executable would be gone. So there is something that goes before everything else, and does not where it is on.

resource "terraform_data" "protection" {
  input = var.deletion_protection

  provisioner "local-exec" {
    when    = destroy
    command = self.output ? "echo Nothing was destroyed: deletion_protection is on. Apply with deletion_protection = false first. && exit 1" : "exit 0"
  }

  # All that nothing else depends on.
  depends_on = [
    aws_autoscaling_policy.connections,
    aws_cloudwatch_dashboard.this,
    aws_cloudwatch_event_target.this,
    aws_default_security_group.closed,
    aws_flow_log.this,
    aws_iam_role_policy.flows,
    aws_lb_listener.telnets,
    aws_route53_record.chat,
    aws_route_table_association.database,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_ingress_rule.telnet,
    aws_vpc_security_group_ingress_rule.telnets,
    module.alarms,
    module.server,
  ]
}
