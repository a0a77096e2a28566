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
  description = "Path of the executable that the instances run, chatd-VERSION-linux-arm64 for t4g and other Graviton types, -x64 for others: of a release, or of `npm run package`."
  type        = string
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
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for range in var.allowed_cidrs : can(cidrnetmask(range)) && try(cidrsubnet(range, 0, 0), "") == range])
    error_message = "These are IPv4 ranges such as 203.0.113.0/24, one at least, whose addresses begin where the range does: 10.0.0.0/8, and not 10.0.0.1/8."
  }
}

variable "internal" {
  description = "Whether the load balancer is to be reached from within the VPC alone."
  type        = bool
  default     = false
}

variable "idle_timeout" {
  description = "Seconds after which the load balancer drops a silent plain connection; over TLS AWS has 350, always. chatd sends TCP keep-alives each minute, so none of the living is silent."
  type        = number
  default     = 3600

  validation {
    condition     = var.idle_timeout == floor(var.idle_timeout) && var.idle_timeout >= 120 && var.idle_timeout <= 6000
    error_message = "Whole seconds from 120 (two keep-alives) to 6000."
  }
}

variable "drain" {
  description = "Seconds over which a server that goes closes its connections. chatd tells systemd how long; the target group waits 15 s longer."
  type        = number
  default     = 60

  validation {
    condition     = var.drain == floor(var.drain) && var.drain >= 1 && var.drain <= 3585
    error_message = "Whole seconds from 1 to 3585: the load balancer waits for an hour at most."
  }
}

variable "instance_type" {
  description = "Type of the instances: with a Graviton processor (t4g, c7g, …), or with one of Intel or AMD (t3, c7i, …), as the artifact."
  type        = string
  default     = "t4g.small"
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
  description = "Image of the instances, Amazon Linux 2023 for their processor; null: the newest. Pin it where an apply must not replace instances by itself."
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

variable "domain" {
  description = "A name for the chat in the zone zone_id, such as chat.example.org: it gets an address record, and a certificate for TLS; null: none."
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

  validation {
    condition     = var.domain == null || var.tls_certificate_arn == null
    error_message = "The name gets a certificate of its own: leave tls_certificate_arn out, or domain."
  }
}

variable "zone_id" {
  description = "The hosted zone in Route 53 that domain is in."
  type        = string
  default     = null

  validation {
    condition     = var.zone_id == null || can(regex("^[A-Z0-9]{8,32}$", var.zone_id))
    error_message = "This is the id of a hosted zone, such as Z0123456789ABCDEFGHIJ."
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
    condition     = can(cidrnetmask(var.vpc_cidr)) && can(regex("/(1[6-9]|20)$", var.vpc_cidr)) && try(cidrsubnet(var.vpc_cidr, 0, 0), "") == var.vpc_cidr
    error_message = "An IPv4 range from a /16 to a /20, whose addresses begin where the range does: 10.20.0.0/16, and not 10.20.0.5/16."
  }
}

variable "flow_logs" {
  description = "Whether the flows in the VPC that is made are logged."
  type        = bool
  default     = false
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
