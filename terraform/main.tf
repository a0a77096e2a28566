# What belongs to everything. The parts: network.tf, load-balancer.tf, name.tf, compute.tf, database.tf, monitoring.tf,
# dashboard.tf, protection.tf.

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

locals {
  tags = { Project = var.project }

  # On the instances. The port to the world is the load balancer's.
  chat_port = 8080
  ops_port  = 8079

  # Beyond the time to drain: the instance asks every five seconds whether it is taken out, and has to be done before it is
  # cut off.
  drain_grace = 15
}
