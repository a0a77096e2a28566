# Where backups go: machine/chatd-backup writes them, machine/chatd-restore reads them. Whoever takes the machine over may
# write over a backup: what it was before is kept, and the machine cannot delete that.
module "backups" {
  source = "../../modules/bucket"

  prefix          = "${var.project}-backups-"
  expire_days     = var.backup_days
  noncurrent_days = max(7, var.backup_days)
}
