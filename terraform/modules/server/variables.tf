variable "region" {
  description = "AWS region."
  type        = string
}

variable "project" {
  description = "Name of the deployment: in the names of its parts."
  type        = string
}

variable "artifact" {
  description = "Path of the executable for the processor of instance_type."
  type        = string

  validation {
    condition     = fileexists(var.artifact)
    error_message = "There is no such file. Make it with `npm run package` (on Linux), or download it from a release: chatd-VERSION-linux-${local.architecture}."
  }

  validation {
    condition     = endswith(var.artifact, "-linux-${local.architecture}")
    error_message = "A ${var.instance_type} runs chatd-VERSION-linux-${local.architecture}, and the name of this file does not end like that."
  }
}

variable "instance_type" {
  description = "Type of the machine that it runs on."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+[a-z0-9-]*\\.[a-z0-9-]+$", var.instance_type)) && !startswith(var.instance_type, "mac")
    error_message = "This is a type such as t4g.small or c7i.large."
  }
}

variable "ami_id" {
  description = "Image of the machine; null: the newest Amazon Linux 2023."
  type        = string

  validation {
    condition     = var.ami_id == null || can(regex("^ami-[0-9a-f]{8,}$", var.ami_id))
    error_message = "This is an image such as ami-0123456789abcdef0."
  }
}

variable "files" {
  description = "More files for the machine, by any name: where each is here, its mode, and its path there."
  type        = map(object({ path = string, mode = string, to = string }))
  default     = {}

  # The last part of the path names it in the bucket.
  validation {
    condition     = length(distinct(concat(["chatd"], [for file in values(var.files) : basename(file.to)]))) == length(var.files) + 1 && !contains(keys(var.files), "executable")
    error_message = "Two files have the same name, or one is called chatd or executable, as the program."
  }
}

variable "environment" {
  description = "Settings of chatd that belong to the deployment."
  type        = map(string)

  validation {
    condition     = alltrue([for value in values(var.environment) : !can(regex("[\"\\\\$`\n]", value))])
    error_message = "Values have no quotes, backslashes, dollars or line ends."
  }
}

variable "settings" {
  description = "Settings of chatd that whoever applies it has chosen; the deployment's win."
  type        = map(string)

  validation {
    condition = alltrue([for name, value in var.settings :
      can(regex("^CHATD_[A-Z_]+$", name)) && !can(regex("[\"\\\\$`\n]", value))
    ])
    error_message = "Names are variables such as CHATD_KEEP; values have no quotes, backslashes, dollars or line ends."
  }

  validation {
    condition = length(setintersection(keys(var.settings), [
      "CHATD_HOST", "CHATD_PORT", "CHATD_TLS_PORT", "CHATD_TLS_CERT", "CHATD_TLS_KEY", "CHATD_PROXY_PROTOCOL", "CHATD_TRUSTED_PROXY",
      "CHATD_OPS_HOST", "CHATD_OPS_PORT", "CHATD_DATABASE", "CHATD_DATABASE_PASSWORD_FILE", "CHATD_DATABASE_PASSWORD_COMMAND",
      "CHATD_DATABASE_CA", "CHATD_BUS", "CHATD_ADMIN_SOCKET", "CHATD_DATA_DIR", "CHATD_WELCOME", "CHATD_DRAIN", "CHATD_AWS_DRAIN",
      "CHATD_AWS_METADATA", "CHATD_KEEPALIVE", "CHATD_LOG_LEVEL", "CHATD_LOG_STATE", "CHATD_LOG_FORMAT", "CHATD_LOG_FILE", "CHATD_CONFIG",
    ])) == 0
    error_message = "Ports, addresses, TLS, proxies, keep-alive, the database, draining, the log and the data directory cannot be set here; the welcome is a variable of its own."
  }
}

variable "welcome" {
  description = "What people read before they log in; null: the usual."
  type        = string

  validation {
    condition     = var.welcome == null ? true : length(var.welcome) <= 2000
    error_message = "At most 2000 characters."
  }
}

variable "statements" {
  description = "What the machine may do besides reading its files and writing its log: statements of an IAM policy."
  type        = any
  default     = []
}

variable "before_start" {
  description = "Lines of the script that run when everything is in place, and chatd is not started yet."
  type        = string
  default     = ""
}

variable "log_retention_days" {
  description = "For how many days logs are kept in CloudWatch."
  type        = number

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731 days."
  }
}
