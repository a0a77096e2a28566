# The machine that the server runs on: its image, and what it may do.

locals {
  # From the first letters of its type: t4g and c7gn are Graviton, g4dn and t3 are not.
  architecture = can(regex("^([a-z]+[0-9]+g[a-z]*|a1)[.]", var.instance_type)) ? "arm64" : "x64"
}

# Read here and not by AWS (resolve:ssm): a plan shows when it changes, and the old one can be had again.
data "aws_ssm_parameter" "image" {
  count = var.ami_id == null ? 1 : 0
  name  = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${local.architecture == "arm64" ? "arm64" : "x86_64"}"
}

resource "aws_iam_role" "this" {
  name_prefix = "${var.project}-"
  description = "What a server of ${var.project} may do"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "chatd"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid      = "Artifacts"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource = "${module.artifacts.arn}/*"
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
        Resource = "${aws_cloudwatch_log_group.this.arn}:*"
      },
      # A shell without an open port: aws ssm start-session. Amazon's own policy for it also reads all parameters of the
      # account, and chatd has what the machine has.
      {
        Sid    = "SessionManager"
        Effect = "Allow"
        Action = [
          "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
        ]
        Resource = "*"
      },
    ], var.statements)
  })
}

resource "aws_iam_instance_profile" "this" {
  name_prefix = "${var.project}-"
  role        = aws_iam_role.this.name
}
