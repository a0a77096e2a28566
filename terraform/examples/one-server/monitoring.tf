# What somebody has to be told of.

locals {
  chatd = {
    namespace  = module.server.namespace
    dimensions = {}
  }
  machine = {
    namespace  = "AWS/EC2"
    dimensions = { InstanceId = aws_instance.this.id }
  }

  # Bytes. chatd itself warns below 1 GiB.
  least_free = floor(max(1, var.volume_size / 10) * pow(1024, 3))
}

module "alarms" {
  source = "../../modules/alarms"

  project = var.project
  emails  = var.alarm_emails
  alarms = merge(module.server.alarms, {
    silent = merge(local.chatd, {
      description = "chatd says nothing of itself: it does not run, or its log does not arrive. Look with Session Manager: journalctl -u chatd, /var/log/cloud-init-output.log"
      metric      = "People"
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      # Never true: it rings where nothing arrives.
      threshold = 0
      # A machine is replaced within that.
      periods = 10
    })
    machine = merge(local.machine, {
      description = "EC2's checks of the machine fail. EC2 moves a machine whose hardware fails by itself; where it does not: terraform apply -replace=aws_instance.this"
      metric      = "StatusCheckFailed"
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      periods     = 5
    })
    disk = merge(local.chatd, {
      description = "Bytes that are left on the volume: set a larger volume_size, apply, and systemctl start chatd-backup, which lets the file system grow"
      metric      = "FreeBytes"
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      threshold   = local.least_free
      periods     = 5
      # The alarm silent says that.
      missing = "notBreaching"
    })
    backups = merge(local.chatd, {
      description = "No backup for ${var.backup_alarm_hours} h. Look with Session Manager: systemctl status chatd-backup, journalctl -u chatd-backup"
      metric      = "Backups"
      statistic   = "Sum"
      comparison  = "LessThanThreshold"
      threshold   = 1
      period_s    = 3600
      periods     = var.backup_alarm_hours
    })
    }, !local.is_burstable ? {} : {
    credits = merge(local.machine, {
      description = "The machine uses more of its processor than its type earns in a day, which costs extra: think of another instance_type"
      metric      = "CPUSurplusCreditsCharged"
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      period_s    = 300
      periods     = 3
      missing     = "notBreaching"
    })
  })
}
