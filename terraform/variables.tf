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
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.project)) && !strcontains(var.project, "--") && !startswith(var.project, "internal-") && !startswith(var.project, "sg-")
    error_message = "The project is 3 to 20 of a-z, 0-9 and single dashes, beginning with a letter and not ending with a dash; internal- and sg- are AWS's own."
  }
}

variable "artifact" {
  description = "Path of the executable for Linux on arm64 that the instances run: `npm run package` makes it."
  type        = string

  validation {
    condition     = fileexists(var.artifact)
    error_message = "There is no such file. Make it with `npm run package`: dist/chatd-VERSION-linux-arm64."
  }
}

variable "port" {
  description = "Port for telnet, to the world."
  type        = number
  default     = 8080

  validation {
    condition     = var.port == floor(var.port) && var.port >= 1 && var.port <= 65535
    error_message = "The port is a whole number from 1 to 65535."
  }
}

variable "tls_port" {
  description = "Port for telnet over TLS, where there is a certificate."
  type        = number
  default     = 992

  validation {
    condition     = var.tls_port == floor(var.tls_port) && var.tls_port >= 1 && var.tls_port <= 65535
    error_message = "The port is a whole number from 1 to 65535."
  }

  validation {
    condition     = var.tls_port != var.port
    error_message = "Telnet over TLS needs another port than plain telnet."
  }
}

variable "tls_certificate_arn" {
  description = "ARN of a certificate in ACM; null: no TLS. TLS ends at the load balancer."
  type        = string
  default     = null

  validation {
    condition     = var.tls_certificate_arn == null || can(regex("^arn:aws[a-z-]*:(acm|iam):", var.tls_certificate_arn))
    error_message = "This is the ARN of a certificate: arn:aws:acm:…"
  }
}

variable "tls_policy" {
  description = "Security policy of the TLS listener."
  type        = string
  default     = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  validation {
    condition     = startswith(var.tls_policy, "ELBSecurityPolicy-TLS13-1-")
    error_message = "Choose a policy with TLS 1.3: ELBSecurityPolicy-TLS13-1-…"
  }
}

variable "allowed_cidrs" {
  description = "IPv4 ranges that may connect."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for range in var.allowed_cidrs : can(cidrnetmask(range))])
    error_message = "These are IPv4 ranges such as 203.0.113.0/24, one at least."
  }
}

variable "internal" {
  description = "Whether the load balancer is to be reached from within the VPC alone."
  type        = bool
  default     = false
}

variable "idle_timeout" {
  description = "Seconds after which the load balancer drops a silent connection. chatd sends TCP keep-alives each minute, so none of the living is silent."
  type        = number
  default     = 3600

  validation {
    condition     = var.idle_timeout >= 120 && var.idle_timeout <= 6000
    error_message = "Seconds from 120 (two keep-alives) to 6000."
  }
}

variable "drain" {
  description = "Seconds over which a server that goes closes its connections. systemd and the target group wait 15 s longer."
  type        = number
  default     = 60

  validation {
    condition     = var.drain == floor(var.drain) && var.drain >= 1 && var.drain <= 3585
    error_message = "Whole seconds from 1 to 3585: the load balancer waits for an hour at most."
  }
}

variable "instance_type" {
  description = "Type of the instances, with a Graviton (arm64) processor."
  type        = string
  default     = "t4g.small"

  validation {
    condition     = can(regex("^([a-z]+[0-9]+g[a-z]*|a1)\\.[a-z0-9]+$", var.instance_type))
    error_message = "This is a type with an arm64 processor, such as t4g.small or c7g.large."
  }
}

variable "capacity" {
  description = "How many instances: never fewer than min, never more than max. More are started by connections; fewer only by you."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 4 }

  validation {
    condition     = var.capacity.min >= 2 && var.capacity.min == floor(var.capacity.min)
    error_message = "Two instances at least, so that one may go."
  }

  validation {
    condition     = var.capacity.max > var.capacity.min && var.capacity.max == floor(var.capacity.max)
    error_message = "The maximum is more than the minimum, so that an upgrade has room."
  }
}

variable "connections_per_instance" {
  description = "So many connections an instance has on average before another one is started."
  type        = number
  default     = 5000

  validation {
    condition     = var.connections_per_instance >= 100 && var.connections_per_instance <= 50000
    error_message = "From 100 to 50000: the load balancer carries 55,000 for a pair of address and target."
  }
}

variable "ami_id" {
  description = "Image of the instances, Amazon Linux 2023 for arm64; null: the newest. Pin it where an apply must not replace instances by itself."
  type        = string
  default     = null

  validation {
    condition     = var.ami_id == null || can(regex("^ami-[0-9a-f]{8,}$", var.ami_id))
    error_message = "This is an image such as ami-0123456789abcdef0."
  }
}

variable "settings" {
  description = "More settings of chatd, by the names of their variables, such as CHATD_KEEP. Those of this deployment stay as they are."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([for name, value in var.settings :
      can(regex("^CHATD_[A-Z_]+$", name)) && !can(regex("[\"\\\\$`\n]", value))
    ])
    error_message = "Names are variables such as CHATD_KEEP; values have no quotes, backslashes, dollars or line ends."
  }

  validation {
    condition     = alltrue([for name in keys(var.settings) : !can(regex("^CHATD_(DATABASE|OPS|AWS|DRAIN|LOG_FILE|DATA_DIR)", name))])
    error_message = "The database, the ops port, draining, the log and the data directory are set by this deployment."
  }
}

variable "vpc" {
  description = "A VPC that there is, and its subnets, in two zones at least; null: a new one is made. Instances need a way to AWS: a public address (assign_public_ip), a NAT gateway or endpoints."
  type = object({
    id                    = string
    load_balancer_subnets = list(string)
    instance_subnets      = list(string)
    database_subnets      = list(string)
    assign_public_ip      = optional(bool, false)
  })
  default = null

  validation {
    condition = var.vpc == null ? true : alltrue([
      length(var.vpc.load_balancer_subnets) >= 2,
      length(var.vpc.instance_subnets) >= 2,
      length(var.vpc.database_subnets) >= 2,
    ])
    error_message = "Two subnets of each kind at least, in different zones."
  }
}

variable "vpc_cidr" {
  description = "Addresses of the VPC that is made."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && can(regex("/(1[6-9]|20)$", var.vpc_cidr))
    error_message = "An IPv4 range from a /16 to a /20."
  }
}

variable "flow_logs" {
  description = "Whether the flows in the VPC that is made are logged."
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
    condition     = var.database_storage.initial >= 20 && var.database_storage.max >= ceil(var.database_storage.initial * 1.26)
    error_message = "20 GiB at least at the start, and a maximum that is 26 % more: RDS grows in such steps."
  }
}

variable "database_max_connections" {
  description = "Connections that PostgreSQL takes. Each server has seven, and during an upgrade there are half as many servers again."
  type        = number
  default     = 100

  validation {
    condition     = ceil(var.capacity.max * 1.5) * 7 + 15 <= var.database_max_connections
    error_message = "Too few for capacity.max: 7 for each of 1.5 × max servers, and 15 for AWS and for you."
  }
}

variable "deletion_protection" {
  description = "Whether the database, and the load balancer, refuse to be destroyed. Then `terraform destroy` fails until it is off again."
  type        = bool
  default     = false
}

variable "database_final_snapshot" {
  description = "Name of the snapshot that is taken when the database is destroyed; null: none, everything that was said is gone."
  type        = string
  default     = null

  validation {
    condition     = var.database_final_snapshot == null || can(regex("^[a-zA-Z][a-zA-Z0-9-]*$", var.database_final_snapshot))
    error_message = "A name of letters, digits and dashes."
  }
}

variable "database_backup_days" {
  description = "For how many days back the database can be restored to any second."
  type        = number
  default     = 7

  validation {
    condition     = var.database_backup_days >= 1 && var.database_backup_days <= 35
    error_message = "From 1 to 35 days."
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

variable "log_retention_days" {
  description = "For how many days logs are kept in CloudWatch."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731 days."
  }
}

variable "alarm_topic_arns" {
  description = "SNS topics that are told of alarms."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.alarm_topic_arns : can(regex("^arn:aws[a-z-]*:sns:", arn))])
    error_message = "These are ARNs of SNS topics: arn:aws:sns:…"
  }
}
