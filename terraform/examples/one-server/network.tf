# A VPC of its own with one subnet, an address that stays, and a name for it where there is a zone.

data "aws_availability_zones" "available" {
  state = "available"

  # No local zones: they have other prices, and no S3.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# Not every zone has every type.
data "aws_ec2_instance_type_offerings" "zones" {
  location_type = "availability-zone"

  filter {
    name   = "instance-type"
    values = [var.instance_type]
  }
}

locals {
  cidr = "10.20.0.0/24"
  zones = [
    for zone in sort(data.aws_availability_zones.available.names) : zone
    if contains(data.aws_ec2_instance_type_offerings.zones.locations, zone)
  ]
}

resource "aws_vpc" "this" {
  #checkov:skip=CKV2_AWS_11:one machine with one open port: its own log says who connects
  cidr_block           = local.cidr
  enable_dns_hostnames = true
  tags                 = { Name = var.project }
}

# Whoever forgets to name a group gets one that lets nothing through.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.project}-closed" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.project }
}

resource "aws_subnet" "this" {
  vpc_id            = aws_vpc.this.id
  availability_zone = try(local.zones[0], null)
  cidr_block        = local.cidr
  tags              = { Name = var.project }

  lifecycle {
    # The volume cannot leave its zone: another instance type, or a new zone of Amazon's, must not move the subnet.
    ignore_changes = [availability_zone]

    precondition {
      condition     = length(local.zones) >= 1
      error_message = "${var.region} has no ${var.instance_type}: choose another instance_type or region."
    }
  }
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.project }
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.this.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "this" {
  subnet_id      = aws_subnet.this.id
  route_table_id = aws_route_table.this.id
}

# The way to the executable and the backups costs nothing, and stays inside.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.this.id]
  tags              = { Name = "${var.project}-s3" }
}

resource "aws_security_group" "this" {
  name_prefix = "${var.project}-"
  description = "The server of ${var.project}"
  vpc_id      = aws_vpc.this.id
  tags        = { Name = var.project }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "telnet" {
  for_each          = toset(var.allowed_cidrs)
  security_group_id = aws_security_group.this.id
  description       = "Telnet"
  ip_protocol       = "tcp"
  from_port         = var.port
  to_port           = var.port
  cidr_ipv4         = each.value
}

# Nothing else is needed: Amazon's name servers and clocks have link-local addresses, which groups let through.
resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "AWS: S3, Session Manager, CloudWatch, packages"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

# Stays when the machine is replaced.
resource "aws_eip" "this" {
  domain = "vpc"
  tags   = { Name = var.project }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_eip_association" "this" {
  allocation_id = aws_eip.this.allocation_id
  instance_id   = aws_instance.this.id
}

resource "aws_route53_record" "chat" {
  count   = var.domain == null ? 0 : 1
  zone_id = var.zone_id
  name    = var.domain
  type    = "A"
  ttl     = 300
  records = [aws_eip.this.public_ip]
}
