# The instances: each downloads the executable, checks it, and runs it as a service.

locals {
  assumed_by = {
    for service in ["ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com"] : service => {
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = service } }]
    }
  }

  log_file = "/var/log/chatd/chatd.log"

  user_data = templatefile("${path.module}/templates/user-data.sh.tftpl", {
    region       = var.region
    bucket       = aws_s3_bucket.artifacts.id
    executable   = merge(local.files.executable, { version = aws_s3_object.artifact["executable"].version_id })
    database_ca  = merge(local.files.database_ca, { version = aws_s3_object.artifact["database_ca"].version_id })
    database_url = "postgres://${local.database_user}@${aws_db_instance.this.endpoint}/${local.database_name}?sslmode=verify-full"
    secret_arn   = aws_db_instance.this.master_user_secret[0].secret_arn
    ops_port     = local.ops_port
    drain        = var.drain
    settings     = var.settings
    stop_timeout = var.drain + local.drain_grace
    service      = file("${path.module}/../deploy/systemd/chatd.service")
    socket       = file("${path.module}/../deploy/systemd/chatd.socket")
    log_file     = local.log_file
    log_agent = jsonencode({
      agent = { run_as_user = "root" }
      logs = { logs_collected = { files = { collect_list = [{
        file_path       = local.log_file
        log_group_name  = aws_cloudwatch_log_group.chat.name
        log_stream_name = "{instance_id}"
      }] } } }
    })
  })
}

resource "aws_iam_role" "instance" {
  name_prefix        = "${var.project}-"
  description        = "What an instance of ${var.project} may do"
  assume_role_policy = jsonencode(local.assumed_by["ec2.amazonaws.com"])
}

# A shell without an open port: aws ssm start-session.
resource "aws_iam_role_policy_attachment" "session_manager" {
  role       = aws_iam_role.instance.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy" "instance" {
  name = "chatd"
  role = aws_iam_role.instance.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Artifacts"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource = "${aws_s3_bucket.artifacts.arn}/*"
      },
      {
        Sid      = "DatabasePassword"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_db_instance.this.master_user_secret[0].secret_arn
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
        Resource = "${aws_cloudwatch_log_group.chat.arn}:*"
      },
    ]
  })
}

resource "aws_iam_instance_profile" "instance" {
  name_prefix = "${var.project}-"
  role        = aws_iam_role.instance.name
}

resource "aws_security_group" "instance" {
  name_prefix = "${var.project}-instance-"
  description = "Instances of ${var.project}: from the load balancer alone"
  vpc_id      = local.network.id
  tags        = { Name = "${var.project}-instance" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "from_load_balancer" {
  for_each                     = { chat = local.chat_port, health = local.ops_port }
  security_group_id            = aws_security_group.instance.id
  description                  = "From the load balancer: ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
  referenced_security_group_id = aws_security_group.load_balancer.id
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.instance.id
  description       = "AWS: S3, Secrets Manager, Session Manager, CloudWatch, packages"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "database" {
  security_group_id            = aws_security_group.instance.id
  description                  = "The database"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.database.id
}

# Read here and not by the group (resolve:ssm): a plan shows when it changes, and the old one can be had again.
data "aws_ssm_parameter" "ami" {
  count = var.ami_id == null ? 1 : 0
  name  = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
}

resource "aws_launch_template" "this" {
  #checkov:skip=CKV_AWS_88:public addresses save the NAT gateways; nothing but the load balancer gets in
  name_prefix            = "${var.project}-"
  description            = "A node of ${var.project}"
  image_id               = var.ami_id != null ? var.ami_id : data.aws_ssm_parameter.ami[0].insecure_value
  instance_type          = var.instance_type
  update_default_version = true
  user_data              = base64encode(local.user_data)

  iam_instance_profile {
    arn = aws_iam_instance_profile.instance.arn
  }

  network_interfaces {
    associate_public_ip_address = local.network.assign_public_ip
    security_groups             = [aws_security_group.instance.id]
    delete_on_termination       = true
  }

  # Version 2 alone, and from the instance itself alone.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = 8
      encrypted             = true
      delete_on_termination = true
    }
  }

  # The provider's default tags do not reach what a group starts.
  dynamic "tag_specifications" {
    for_each = ["instance", "volume", "network-interface"]

    content {
      resource_type = tag_specifications.value
      tags          = merge(local.tags, { Name = var.project })
    }
  }

  lifecycle {
    precondition {
      # User data is 16 KiB at most.
      condition     = length(local.user_data) <= 16384
      error_message = "The script that instances start with is too long."
    }
  }
}

resource "aws_autoscaling_group" "this" {
  name_prefix         = "${var.project}-"
  min_size            = var.capacity.min
  max_size            = var.capacity.max
  vpc_zone_identifier = local.network.instance_subnets
  target_group_arns   = [aws_lb_target_group.chat.arn]

  # A server that is alive and does not serve is replaced. It takes the load balancer some minutes to find a new one, and a
  # new version some to migrate the database.
  health_check_type         = "ELB"
  health_check_grace_period = 300
  default_instance_warmup   = 120

  # apply returns when people can connect.
  min_elb_capacity          = var.capacity.min
  wait_for_capacity_timeout = "15m"

  enabled_metrics      = ["GroupInServiceInstances", "GroupDesiredCapacity", "GroupTotalInstances"]
  termination_policies = ["OldestLaunchTemplate", "OldestInstance"]

  # Nobody is cut off for the balance of the zones.
  suspended_processes = ["AZRebalance"]

  launch_template {
    id = aws_launch_template.this.id
    # A number: with $Latest no change would ever start a refresh.
    version = aws_launch_template.this.latest_version
  }

  # First the new ones, then the old: half as many again, and never fewer than now. No auto_rollback: the provider gives the
  # group the new template before it starts the refresh, so that would lead to the same, and forbid an apply of the old one
  # meanwhile.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 150
      skip_matching          = true
    }
  }

  instance_maintenance_policy {
    min_healthy_percentage = 100
    max_healthy_percentage = 150
  }

  dynamic "tag" {
    for_each = merge(local.tags, { Name = var.project })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  # The last ones drain, too.
  timeouts {
    delete = "90m"
  }

  # An instance that starts needs all of this, and one that goes needs it to the end.
  depends_on = [
    aws_lb_listener.telnet,
    aws_s3_object.artifact,
    aws_iam_role_policy.instance,
    aws_iam_role_policy_attachment.session_manager,
    aws_route_table_association.public,
    aws_route.internet,
    aws_vpc_security_group_ingress_rule.from_load_balancer,
    aws_vpc_security_group_ingress_rule.database,
    aws_vpc_security_group_egress_rule.https,
    aws_vpc_security_group_egress_rule.database,
    aws_vpc_security_group_egress_rule.to_instances,
  ]
}

# More instances when there are many connections for each. Never fewer by itself: people would be cut off.
resource "aws_autoscaling_policy" "connections" {
  name                   = "connections-per-instance"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value     = var.connections_per_instance
    disable_scale_in = true

    customized_metric_specification {
      metrics {
        id          = "connections"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "AWS/NetworkELB"
            metric_name = "ActiveFlowCount"

            dimensions {
              name  = "LoadBalancer"
              value = aws_lb.this.arn_suffix
            }
          }
        }
      }

      metrics {
        id          = "instances"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "AWS/AutoScaling"
            metric_name = "GroupInServiceInstances"

            dimensions {
              name  = "AutoScalingGroupName"
              value = aws_autoscaling_group.this.name
            }
          }
        }
      }

      metrics {
        id          = "each"
        label       = "Connections per instance"
        expression  = "connections / instances"
        return_data = true
      }
    }
  }
}
