# What the instances download when they start. Each has its place in the bucket, and its versions stay there for a while: a
# launch template names the version that it was made with, so an older one still finds what it needs.

locals {
  files = { for id, file in merge({
    executable = { path = var.artifact, mode = "755", to = "/usr/local/bin/chatd" }
  }, var.files) : id => merge(file, { sha256 = filesha256(file.path) }) }
}

# What was replaced is kept for a way back, and then goes.
module "artifacts" {
  source = "../bucket"

  prefix          = "${var.project}-"
  noncurrent_days = 90
}

resource "aws_s3_object" "artifact" {
  for_each    = local.files
  bucket      = module.artifacts.id
  key         = basename(each.value.to)
  source      = each.value.path
  source_hash = each.value.sha256

  # Versions first: a template names one.
  depends_on = [module.artifacts]
}
