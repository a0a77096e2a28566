# The database. Every other variable: variables.tf.

variable "external_database" {
  description = "A PostgreSQL that there is, and no one of ours: its URL with the user and without a password, the secret in Secrets Manager that has the password (alone, or JSON as RDS keeps it), and its security group; null: one is made."
  type        = object({ url = string, secret_arn = string, security_group_id = string })
  default     = null

  # Both get into a shell and a policy: nothing but what they need.
  validation {
    condition     = var.external_database == null ? true : can(regex("^postgres(ql)?://[A-Za-z0-9._~%-]+@[A-Za-z0-9.-]+(:[0-9]+)?/[A-Za-z0-9._~%-]+[?]sslmode=verify-full$", var.external_database.url))
    error_message = "The URL is such as postgres://chatd@db.example.org:5432/chatd?sslmode=verify-full: a user, no password, and the certificate is checked."
  }

  validation {
    condition     = var.external_database == null ? true : can(regex("^arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@!-]+$", var.external_database.secret_arn)) && can(regex("^sg-[0-9a-f]+$", var.external_database.security_group_id))
    error_message = "This needs secret_arn, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME, and security_group_id, sg-…"
  }

  validation {
    condition     = var.external_database == null || (var.databases == null && var.database == null)
    error_message = "With a PostgreSQL that there is, databases and database have to go: none of ours is made, and those that there are would be deleted."
  }
}

variable "databases" {
  description = "Our databases, by their names in RDS; null: one, named as the project. One may come from a moment of another one (source; at, such as 2026-11-22T10:00:00Z, or null: the latest), or from a snapshot. See \"Back to a moment\"."
  type        = map(object({ source = optional(string), at = optional(string), snapshot = optional(string) }))
  default     = null

  validation {
    condition = var.databases == null ? true : length(var.databases) > 0 && alltrue([for name in keys(var.databases) :
      can(regex("^[a-z][a-z0-9-]{0,40}[a-z0-9]$", name)) && !strcontains(name, "--")
    ])
    error_message = "One database at least; names have a-z, 0-9 and single dashes, begin with a letter and do not end with a dash."
  }

  validation {
    condition = var.databases == null ? true : alltrue([for from in values(var.databases) :
      (from.source == null || from.snapshot == null) && (from.at == null || from.source != null) && (from.at == null || can(formatdate("YYYY", from.at)))
    ])
    error_message = "A database comes from a source (and at, a time such as 2026-11-22T10:00:00Z), or from a snapshot, or is empty."
  }
}

variable "database" {
  description = "Which of the databases the chat uses; null: the only one."
  type        = string
  default     = null

  validation {
    condition     = var.database == null ? true : contains(keys(coalesce(var.databases, {})), var.database)
    error_message = "This is one of the names in databases."
  }

  validation {
    condition     = var.database != null || length(coalesce(var.databases, {})) <= 1
    error_message = "There is more than one in databases: say which the chat uses."
  }
}

variable "database_version" {
  description = "Major version of PostgreSQL. Another one is an upgrade, in which the database is away for some minutes; there is no way back but a snapshot."
  type        = string
  default     = "17"

  validation {
    condition     = contains(["15", "16", "17", "18"], var.database_version)
    error_message = "From 15 to 18."
  }
}

variable "database_windows" {
  description = "When, in UTC, the database is backed up each day and maintained each week."
  type        = object({ backup = string, maintenance = string })
  default     = { backup = "02:00-03:00", maintenance = "sun:03:30-sun:04:30" }

  validation {
    condition     = can(regex("^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$", var.database_windows.backup)) && can(regex("^[a-z]{3}:[0-2][0-9]:[0-5][0-9]-[a-z]{3}:[0-2][0-9]:[0-5][0-9]$", var.database_windows.maintenance))
    error_message = "Such as 02:00-03:00 and sun:03:30-sun:04:30, which do not overlap."
  }
}

variable "database_logs" {
  description = "Whether PostgreSQL's log goes to CloudWatch, too; RDS keeps it for three days."
  type        = bool
  default     = false
}

variable "database_instance_class" {
  description = "Class of the PostgreSQL instance."
  type        = string
  default     = "db.t4g.micro"

  validation {
    condition     = startswith(var.database_instance_class, "db.")
    error_message = "This is a class such as db.t4g.micro."
  }
}

variable "database_multi_az" {
  description = "Whether a second PostgreSQL in another zone has every commit and takes over. Without it a lost zone is lost chat."
  type        = bool
  default     = true
}

variable "database_storage" {
  description = "GiB of storage at the start, and how many it may grow to by itself."
  type        = object({ initial = number, max = number })
  default     = { initial = 20, max = 200 }

  validation {
    condition     = alltrue([for size in values(var.database_storage) : size == floor(size)]) && var.database_storage.initial >= 20 && var.database_storage.max >= ceil(var.database_storage.initial * 1.26)
    error_message = "Whole numbers: 20 GiB at least at the start, and a maximum that is 26 % more: RDS grows in such steps."
  }
}

variable "database_max_connections" {
  description = "Connections that PostgreSQL takes. Each server has seven, and during an upgrade there are half as many servers again."
  type        = number
  default     = 100

  validation {
    condition     = var.database_max_connections == floor(var.database_max_connections) && ceil(var.capacity.max * 1.5) * 7 + 15 <= var.database_max_connections
    error_message = "Not a whole number, or too few for capacity.max: 7 for each of 1.5 × max servers, and 15 for AWS and for you."
  }
}

variable "deletion_protection" {
  description = "Whether `terraform destroy` is refused, before anything goes, and AWS refuses to delete the database and the load balancer."
  type        = bool
  default     = false
}

variable "database_final_snapshot" {
  description = "Whether a snapshot is taken when the database is destroyed, DATABASE-made-TIME-final; otherwise everything that was said is gone."
  type        = bool
  default     = false
}

variable "database_backup_days" {
  description = "For how many days back the database can be restored to any second."
  type        = number
  default     = 7

  validation {
    condition     = var.database_backup_days == floor(var.database_backup_days) && var.database_backup_days >= 1 && var.database_backup_days <= 35
    error_message = "From 1 to 35 whole days."
  }
}

variable "database_ca_bundle" {
  description = "PEM file of the authorities that sign the database's certificate; null: the one here, which has those of the older regions."
  type        = string
  default     = null

  validation {
    condition     = var.database_ca_bundle == null ? strcontains(file("${path.module}/rds-ca.pem"), "Amazon RDS ${var.region} ") : fileexists(var.database_ca_bundle)
    error_message = "There is no such file, or the one here has no authority for this region: download https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem and name it here."
  }
}
