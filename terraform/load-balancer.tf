# One address for all nodes. Connections last for hours, so: they may be silent, a failed check cuts nobody off at once, and
# who has to go has time to.

resource "aws_security_group" "load_balancer" {
  name_prefix = "${var.project}-load-balancer-"
  description = "Load balancer of ${var.project}: telnet from outside, to the instances"
  vpc_id      = local.network.id
  tags        = { Name = "${var.project}-load-balancer" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "telnet" {
  for_each          = toset(var.allowed_cidrs)
  security_group_id = aws_security_group.load_balancer.id
  description       = "Telnet"
  ip_protocol       = "tcp"
  from_port         = var.port
  to_port           = var.port
  cidr_ipv4         = each.value
}

resource "aws_vpc_security_group_ingress_rule" "telnets" {
  for_each          = local.has_tls ? toset(var.allowed_cidrs) : toset([])
  security_group_id = aws_security_group.load_balancer.id
  description       = "Telnet over TLS"
  ip_protocol       = "tcp"
  from_port         = var.tls_port
  to_port           = var.tls_port
  cidr_ipv4         = each.value
}

# The way out counts for health checks, too.
resource "aws_vpc_security_group_egress_rule" "to_instances" {
  for_each                     = { chat = local.chat_port, health = local.ops_port }
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "To the instances: ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
  referenced_security_group_id = aws_security_group.instance.id
}

resource "aws_lb" "this" {
  #checkov:skip=CKV_AWS_91:access logs of such a load balancer tell of TLS alone
  #checkov:skip=CKV_AWS_150:a variable
  #checkov:skip=CKV2_AWS_28:web application firewalls are for HTTP
  name                             = var.project
  load_balancer_type               = "network"
  internal                         = var.internal
  subnets                          = local.network.load_balancer_subnets
  security_groups                  = [aws_security_group.load_balancer.id]
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = var.deletion_protection

  depends_on = [aws_route.internet]
}

resource "aws_lb_target_group" "chat" {
  #checkov:skip=CKV_AWS_378:telnet is the product
  name_prefix            = "chat-"
  vpc_id                 = local.network.id
  target_type            = "instance"
  protocol               = "TCP"
  port                   = local.chat_port
  preserve_client_ip     = true
  deregistration_delay   = var.drain + local.drain_grace
  connection_termination = true

  health_check {
    protocol            = "HTTP"
    port                = local.ops_port
    path                = "/readyz"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  # Connections to a target that fails its check stay for so long: until its successor serves, which takes some minutes, and
  # it has drained.
  target_health_state {
    enable_unhealthy_connection_termination = false
    unhealthy_draining_interval             = max(900, var.drain)
  }

  # A changed group is another one, and the listener has to have it before this one goes.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "telnet" {
  #checkov:skip=CKV_AWS_2:telnet is the product
  #checkov:skip=CKV_AWS_103:telnet is the product
  load_balancer_arn        = aws_lb.this.arn
  protocol                 = "TCP"
  port                     = var.port
  tcp_idle_timeout_seconds = var.idle_timeout

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.chat.arn
  }
}

resource "aws_lb_listener" "telnets" {
  count             = local.has_tls ? 1 : 0
  load_balancer_arn = aws_lb.this.arn
  protocol          = "TLS"
  port              = var.tls_port
  certificate_arn   = local.certificate_arn
  ssl_policy        = var.tls_policy

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.chat.arn
  }
}
