# What a first deployment needs. Every other variable, and its default: variables.tf.
region        = "eu-central-1"
project       = "chatd"
port          = 8080
instance_type = "t4g.micro"
artifact      = "../../../dist/chatd-0.1.0-linux-arm64"
