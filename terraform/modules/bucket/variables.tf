variable "prefix" {
  description = "What its name begins with."
  type        = string
}

variable "expire_days" {
  description = "For how many days objects are kept; null: until they are deleted."
  type        = number
  default     = null
}

variable "noncurrent_days" {
  description = "For how many days more a version is kept that was replaced or deleted."
  type        = number
}
