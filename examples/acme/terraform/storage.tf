# Product images before they go to S3.
resource "aws_ebs_volume" "uploads" {
  availability_zone = aws_subnet.private["a"].availability_zone
  size              = 500
  type              = "gp2"
  encrypted         = true

  tags = { Name = "${local.name}-uploads" }
}

resource "aws_volume_attachment" "uploads" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.uploads.id
  instance_id = aws_instance.web["web-1"].id
}

# Left from the move to the new search cluster (2025-11). Ask Dana before deleting?
resource "aws_ebs_volume" "search_old" {
  availability_zone = "us-east-1b"
  size              = 800
  type              = "gp2"

  tags = { Name = "${local.name}-search-old" }
}
