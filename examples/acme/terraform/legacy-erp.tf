# Imported by hand from the old account. Edited on Windows.
resource "aws_instance" "erp" {
    ami           = "ami-0a7d80731ae1b2435" # vendor image, licensed per machine
    instance_type = /* was m4.2xlarge until 2024 */ "m5.2xlarge" // vendor asks for "8 cores"
    subnet_id     = aws_subnet.private["b"].id

    vpc_security_group_ids = [
        aws_security_group.internal.id   # only from inside
    ]

    root_block_device {
        volume_type = "gp2"
        volume_size =   200
    }

    tags = {
        Name        = "${local.name}-erp"
        Role        = "erp"
    }
}

resource "aws_ebs_volume" "ledger" {
    availability_zone = aws_instance.erp.availability_zone
    size = 200
    type = "io1"
    iops = 4000   # the vendor's number
    encrypted = true
    tags = { Name = "${local.name}-ledger" }
}

resource "aws_volume_attachment" "ledger" {
    device_name = "/dev/sdf"
    volume_id   = aws_ebs_volume.ledger.id
    instance_id = aws_instance.erp.id
}
