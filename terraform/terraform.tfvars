# What a first deployment needs. Every other variable, and its default: variables.tf.
region        = "eu-central-1"
project       = "chatd"
port          = 8080
tls_port      = 992
instance_type = "t4g.small"
artifact      = "../dist/chatd-0.1.0-linux-arm64"
