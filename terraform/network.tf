# A VPC of our own in two zones, unless one is given: public subnets for the load balancer and the instances, and isolated
# ones for the database. Instances have public addresses, so that no NAT gateway is paid for, and take connections from the
# load balancer alone.

locals {
  own_vpc = var.vpc == null ? 1 : 0

  network = var.vpc != null ? var.vpc : {
    id                    = aws_vpc.this[0].id
    load_balancer_subnets = aws_subnet.public[*].id
    instance_subnets      = aws_subnet.public[*].id
    database_subnets      = aws_subnet.database[*].id
    assign_public_ip      = true
  }
}

data "aws_availability_zones" "available" {
  count = local.own_vpc
  state = "available"

  # No local zones: they have no load balancers.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# Not every zone has every type.
data "aws_ec2_instance_type_offerings" "zones" {
  count         = local.own_vpc
  location_type = "availability-zone"

  filter {
    name   = "instance-type"
    values = [var.instance_type]
  }
}

locals {
  zones = var.vpc != null ? [] : [
    for zone in sort(data.aws_availability_zones.available[0].names) : zone
    if contains(data.aws_ec2_instance_type_offerings.zones[0].locations, zone)
  ]
}

resource "aws_vpc" "this" {
  count                = local.own_vpc
  cidr_block           = var.vpc_cidr
  enable_dns_hostnames = true
  tags                 = { Name = var.project }

  lifecycle {
    precondition {
      condition     = length(local.zones) >= 2
      error_message = "${var.region} has ${var.instance_type} in ${length(local.zones)} of its zones, and two are needed: choose another instance_type or region."
    }
  }
}

# Whoever forgets to name a group gets one that lets nothing through.
resource "aws_default_security_group" "closed" {
  count  = local.own_vpc
  vpc_id = aws_vpc.this[0].id
  tags   = { Name = "${var.project}-closed" }
}

resource "aws_internet_gateway" "this" {
  count  = local.own_vpc
  vpc_id = aws_vpc.this[0].id
  tags   = { Name = var.project }
}

resource "aws_subnet" "public" {
  count             = local.own_vpc * 2
  vpc_id            = aws_vpc.this[0].id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.vpc_cidr, 4, count.index)
  tags              = { Name = "${var.project}-public-${count.index}" }
}

resource "aws_subnet" "database" {
  count             = local.own_vpc * 2
  vpc_id            = aws_vpc.this[0].id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.vpc_cidr, 4, count.index + 8)
  tags              = { Name = "${var.project}-database-${count.index}" }
}

resource "aws_route_table" "public" {
  count  = local.own_vpc
  vpc_id = aws_vpc.this[0].id
  tags   = { Name = "${var.project}-public" }
}

resource "aws_route" "internet" {
  count                  = local.own_vpc
  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "public" {
  count          = local.own_vpc * 2
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public[0].id
}

# No way in or out but within the VPC.
resource "aws_route_table" "database" {
  count  = local.own_vpc
  vpc_id = aws_vpc.this[0].id
  tags   = { Name = "${var.project}-database" }
}

resource "aws_route_table_association" "database" {
  count          = local.own_vpc * 2
  subnet_id      = aws_subnet.database[count.index].id
  route_table_id = aws_route_table.database[0].id
}

# The way to the executable costs nothing, and stays inside.
resource "aws_vpc_endpoint" "s3" {
  count             = local.own_vpc
  vpc_id            = aws_vpc.this[0].id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.public[0].id]
  tags              = { Name = "${var.project}-s3" }
}

resource "aws_cloudwatch_log_group" "flows" {
  #checkov:skip=CKV_AWS_158:the default encryption of CloudWatch will do
  #checkov:skip=CKV_AWS_338:how long they are kept is a variable
  count             = var.flow_logs ? local.own_vpc : 0
  name              = "/${var.project}/flows"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "flows" {
  count       = var.flow_logs ? local.own_vpc : 0
  name_prefix = "${var.project}-flows-"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "vpc-flow-logs.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "flows" {
  count = var.flow_logs ? local.own_vpc : 0
  name  = "write-flows"
  role  = aws_iam_role.flows[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
        Resource = "${aws_cloudwatch_log_group.flows[0].arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = "logs:DescribeLogGroups"
        Resource = "*"
      },
    ]
  })
}

resource "aws_flow_log" "this" {
  count           = var.flow_logs ? local.own_vpc : 0
  vpc_id          = aws_vpc.this[0].id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.flows[0].arn
  iam_role_arn    = aws_iam_role.flows[0].arn
}
