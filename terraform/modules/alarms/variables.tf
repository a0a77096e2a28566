variable "project" {
  description = "Name of the deployment: in the names of its alarms."
  type        = string
}

variable "emails" {
  description = "Addresses that are told; each has to confirm that once."
  type        = list(string)
}

variable "alarms" {
  description = "Each is a metric that is compared with a threshold, and rings after so many periods in a row; missing: what it is taken for when AWS measures nothing."
  type = map(object({
    description = string
    namespace   = string
    metric      = string
    dimensions  = map(string)
    statistic   = string
    comparison  = string
    threshold   = number
    periods     = number
    period_s    = optional(number, 60)
    # Where AWS measures nothing any more, something is wrong.
    missing = optional(string, "breaching")
  }))
}

variable "takes_events" {
  description = "Whether rules of EventBridge tell the topic, too."
  type        = bool
  default     = false
}
