# Where deletion_protection is on, this is what destroy reaches first: it fails, and nothing else goes.

resource "terraform_data" "protection" {
  input = var.deletion_protection

  provisioner "local-exec" {
    when    = destroy
    command = self.output ? "echo Nothing was destroyed: deletion_protection is on. Apply with deletion_protection = false first. && exit 1" : "exit 0"
  }

  # All that nothing else depends on.
  depends_on = [
    aws_default_security_group.closed,
    aws_eip_association.this,
    aws_route53_record.chat,
    aws_volume_attachment.data,
    aws_vpc_security_group_ingress_rule.telnet,
    module.alarms,
    module.backups,
    module.server,
  ]
}
