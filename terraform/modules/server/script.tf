# User data: the script that cloud-init runs when the machine boots for the first time.

locals {
  log_file = "/var/log/chatd/chatd.log"

  user_data = templatefile("${path.module}/templates/user-data.sh.tftpl", {
    region = var.region
    bucket = module.artifacts.id
    downloads = [for id, file in local.files : merge(file, {
      key     = aws_s3_object.artifact[id].key
      version = aws_s3_object.artifact[id].version_id
    })]
    environment = merge(var.settings, var.environment, {
      CHATD_LOG_FILE  = local.log_file
      CHATD_LOG_STATE = "60s"
    }, var.welcome == null ? {} : { CHATD_WELCOME = "/etc/chatd/welcome.txt" })
    welcome      = var.welcome
    service      = file("${path.module}/../../../deploy/systemd/chatd.service")
    socket       = file("${path.module}/../../../deploy/systemd/chatd.socket")
    before_start = var.before_start
    log_file     = local.log_file
    log_agent = jsonencode({
      agent = { run_as_user = "root" }
      logs = { logs_collected = { files = { collect_list = [{
        file_path       = local.log_file
        log_group_name  = aws_cloudwatch_log_group.this.name
        log_stream_name = "{instance_id}"
      }] } } }
    })
  })
}
