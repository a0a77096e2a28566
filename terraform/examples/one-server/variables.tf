variable "region" {
  description = "AWS region, such as eu-central-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.region)) && !startswith(var.region, "cn-")
    error_message = "The region is a name such as eu-central-1; those of China and of the US government have other names for other things."
  }
}

variable "project" {
  description = "Name of this deployment: in the names of its parts, and the tag Project of each. Two deployments in one account need two names."
  type        = string
  default     = "chatd"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.project)) && !strcontains(var.project, "--") && !startswith(var.project, "sg-")
    error_message = "The project is 3 to 20 of a-z, 0-9 and single dashes, beginning with a letter and not ending with a dash; sg- is AWS's own."
  }
}

variable "artifact" {
  description = "Path of the executable that the machine runs, chatd-VERSION-linux-arm64 for t4g and other Graviton types, -x64 for others: of a release, or of `npm run package`."
  type        = string
}

variable "port" {
  description = "Port for telnet."
  type        = number
  default     = 8080

  validation {
    condition     = var.port == floor(var.port) && var.port >= 1 && var.port <= 65535
    error_message = "The port is a whole number from 1 to 65535."
  }
}

variable "allowed_cidrs" {
  description = "IPv4 ranges that may connect."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for range in var.allowed_cidrs : can(cidrnetmask(range)) && try(cidrsubnet(range, 0, 0), "") == range])
    error_message = "These are IPv4 ranges such as 203.0.113.0/24, one at least, whose addresses begin where the range does: 10.0.0.0/8, and not 10.0.0.1/8."
  }
}

variable "instance_type" {
  description = "Type of the machine: with a Graviton processor (t4g, c7g, …), or with one of Intel or AMD (t3, c7i, …), as the artifact."
  type        = string
  default     = "t4g.micro"

  # The machine knows its volume by what NVMe tells of it.
  validation {
    condition     = !can(regex("^(t[12]|m[1-4]|c[134]|r[34]|i[23]|d2|g[23]|p[23]|x1e?|h1)[.]", var.instance_type))
    error_message = "This type is of an older kind, without NVMe: choose one such as t4g.micro or t3.micro."
  }
}

variable "ami_id" {
  description = "Image of the machine, Amazon Linux 2023 for its processor; null: the newest. Pin it where an apply must not replace the machine by itself."
  type        = string
  default     = null
}

variable "settings" {
  description = "More settings of chatd, by the names of their variables, such as CHATD_KEEP. Those of this deployment stay as they are."
  type        = map(string)
  default     = {}
}

variable "welcome" {
  description = "What people read before they log in, at most 2000 characters; null: the usual."
  type        = string
  default     = null
}

variable "drain" {
  description = "Seconds over which a server that stops closes its connections."
  type        = number
  default     = 10

  validation {
    condition     = var.drain == floor(var.drain) && var.drain >= 1 && var.drain <= 60
    error_message = "Whole seconds from 1 to 60: EC2 does not wait long for a machine that it stops."
  }
}

variable "domain" {
  description = "A name for the chat in the zone zone_id, such as chat.example.org: it gets an address record; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.domain == null || can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "This is a name such as chat.example.org, in small letters."
  }

  validation {
    condition     = (var.domain == null) == (var.zone_id == null)
    error_message = "A name and the zone that it is in go together: domain and zone_id."
  }
}

variable "zone_id" {
  description = "The hosted zone in Route 53 that domain is in."
  type        = string
  default     = null

  validation {
    condition     = var.zone_id == null || can(regex("^Z[A-Z0-9]+$", var.zone_id))
    error_message = "This is the id of a hosted zone, such as Z0123456789ABCDEFGHIJ."
  }
}

variable "volume_size" {
  description = "GiB of the volume that has what was said. It can become larger, and never smaller. See \"A larger volume\"."
  type        = number
  default     = 8

  validation {
    condition     = var.volume_size == floor(var.volume_size) && var.volume_size >= 4 && var.volume_size <= 16384
    error_message = "Whole GiB from 4 to 16384."
  }
}

variable "backup_schedule" {
  description = "When a backup is made, as OnCalendar of a systemd timer has it: hourly, daily, or such as 03:00. Up to five minutes later, by chance."
  type        = string
  default     = "hourly"

  validation {
    condition     = can(regex("^[A-Za-z0-9*][A-Za-z0-9 *:,./~-]*$", var.backup_schedule))
    error_message = "This is a time such as hourly, daily or 03:00: `systemd-analyze calendar` explains it."
  }
}

variable "backup_alarm_hours" {
  description = "Hours without a backup after which an alarm rings: more than lie between two of backup_schedule."
  type        = number
  default     = 3

  validation {
    condition     = var.backup_alarm_hours == floor(var.backup_alarm_hours) && var.backup_alarm_hours >= 2 && var.backup_alarm_hours <= 168
    error_message = "Whole hours from 2 to 168: CloudWatch looks back for a week at most."
  }
}

variable "backup_days" {
  description = "For how many days backups are kept."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_days == floor(var.backup_days) && var.backup_days >= 1 && var.backup_days <= 3650
    error_message = "Whole days from 1 to 3650."
  }
}

variable "restore" {
  description = "The backup that the chat goes on from, such as backups/2026-11-22T10-00-07Z.db.gz; null: what is on the volume. Each is restored once, however often the machine starts. See \"Restore\"."
  type        = string
  default     = null

  validation {
    condition     = var.restore == null || can(regex("^backups/[A-Za-z0-9][A-Za-z0-9._-]*[.]db[.]gz$", var.restore))
    error_message = "This is the name of a backup such as backups/2026-11-22T10-00-07Z.db.gz; the output list_backups says how to see them."
  }
}

variable "deletion_protection" {
  description = "Whether `terraform destroy` refuses before anything is destroyed, until it is off again."
  type        = bool
  default     = false
}

variable "final_snapshot" {
  description = "Whether a snapshot of the volume is left when the volume is destroyed. Without one everything that was said is gone."
  type        = bool
  default     = false
}

variable "snapshot" {
  description = "Snapshot that the volume begins with when it is made, such as one that final_snapshot has left; null: empty. It counts for nothing later."
  type        = string
  default     = null

  validation {
    condition     = var.snapshot == null || can(regex("^snap-[0-9a-f]{8,}$", var.snapshot))
    error_message = "This is a snapshot such as snap-0123456789abcdef0."
  }
}

variable "log_retention_days" {
  description = "For how many days logs are kept in CloudWatch."
  type        = number
  default     = 30
}

variable "alarm_emails" {
  description = "Addresses that are told of alarms; each has to confirm that once."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "These are mail addresses such as operators@example.org."
  }
}
