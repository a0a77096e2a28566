# What was said. The volume outlives the machine; the next one takes it over.

resource "aws_ebs_volume" "data" {
  #checkov:skip=CKV_AWS_189:Amazon's own key will do
  #checkov:skip=CKV2_AWS_9:chatd's own backups are in S3: backups.tf
  availability_zone = aws_subnet.this.availability_zone
  type              = "gp3"
  size              = var.volume_size
  snapshot_id       = var.snapshot
  encrypted         = true
  final_snapshot    = var.final_snapshot
  tags              = { Name = "${var.project}-data" }

  # What gp3 has anyway. The provider sends it with each change: of final_snapshot alone it would send nothing, which EC2
  # refuses (hashicorp/terraform-provider-aws#31044).
  throughput = 125

  lifecycle {
    # Only a new volume begins with it: another one would replace the volume.
    ignore_changes = [snapshot_id]
  }
}

resource "aws_volume_attachment" "data" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.data.id
  instance_id = aws_instance.this.id
  # The machine ends in order: people are told, and everything is on the disk.
  stop_instance_before_detaching = true
}
