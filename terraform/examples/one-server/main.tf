# One server, its chat in SQLite on a disk of its own. The parts: network.tf, machine.tf, volume.tf, backups.tf,
# monitoring.tf, protection.tf.

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

locals {
  tags = { Project = var.project }
}
