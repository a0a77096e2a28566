# A name for the chat, and the certificate that goes with it.

resource "aws_acm_certificate" "this" {
  count             = var.domain == null ? 0 : 1
  domain_name       = var.domain
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# Amazon looks for it there, now and whenever it renews the certificate.
resource "aws_route53_record" "validation" {
  count           = var.domain == null ? 0 : 1
  zone_id         = var.zone_id
  name            = one(aws_acm_certificate.this[0].domain_validation_options).resource_record_name
  type            = one(aws_acm_certificate.this[0].domain_validation_options).resource_record_type
  records         = [one(aws_acm_certificate.this[0].domain_validation_options).resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  count                   = var.domain == null ? 0 : 1
  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = aws_route53_record.validation[*].fqdn
}

resource "aws_route53_record" "chat" {
  count   = var.domain == null ? 0 : 1
  zone_id = var.zone_id
  name    = var.domain
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = false
  }
}

locals {
  has_tls         = var.tls_certificate_arn != null || var.domain != null
  certificate_arn = var.domain != null ? aws_acm_certificate_validation.this[0].certificate_arn : var.tls_certificate_arn
  address         = var.domain != null ? var.domain : aws_lb.this.dns_name
}
