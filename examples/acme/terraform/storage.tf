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

resource "aws_ebs_volume" "search_data" {
  availability_zone = aws_instance.search.availability_zone
  size              = 2000
  type              = "gp2" # 3 IOPS per GB, that is why it is so big
  encrypted         = true

  tags = { Name = "${local.name}-search-data" }
}

resource "aws_volume_attachment" "search_data" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.search_data.id
  instance_id = aws_instance.search.id
}

resource "aws_ebs_volume" "scratch" {
  availability_zone = aws_instance.etl.availability_zone
  size              = 400
  type              = "gp3"
  iops              = 6000
  throughput        = 250

  tags = { Name = "${local.name}-scratch" }
}

resource "aws_volume_attachment" "scratch" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.scratch.id
  instance_id = aws_instance.etl.id
}

# Seven years of invoices, read by the auditors.
resource "aws_ebs_volume" "archive" {
  availability_zone = aws_instance.reports.availability_zone
  size              = 3000
  type              = "st1"
  encrypted         = true

  tags = { Name = "${local.name}-archive" }
}

resource "aws_volume_attachment" "archive" {
  device_name = "/dev/sdg"
  volume_id   = aws_ebs_volume.archive.id
  instance_id = aws_instance.reports.id
}

# Two volumes that the move to the new account left behind.
resource "aws_ebs_volume" "migration" {
  count = 2

  availability_zone = "us-east-1a"
  size              = 300
  type              = "gp3"

  tags = { Name = "${local.name}-migration-${count.index}" }
}
