/*
 * Things that were here before Terraform, imported in 2022. Please do not run `terraform fmt` on this file,
 * the auditors compare it line by line with their copy (yes, really).
 */

resource "aws_instance" "bastion" {
	ami           = var.base_ami   // same image as everything else
	instance_type = "t3.micro"
	subnet_id     = aws_subnet.public["a"].id
	vpc_security_group_ids = [ aws_security_group.internal.id, ]

	root_block_device { volume_type = "gp2" }

	user_data = <<-EOF
		#!/bin/sh
		# instance_type = "not a real one, just text in a script"
		echo "${local.name} bastion" > /etc/motd
		systemctl restart sshd
	EOF

	tags = { Name="${local.name}-bastion", Role="bastion" }
}

resource "aws_eip" "old_vpn" { domain = "vpc" }   # TCK-881: can go when the partner has moved

# Mail relay, switched off after the move to SES. Kept until the retention period ends.
resource "aws_instance" "mail" {
	ami = var.base_ami
	instance_type = (
		"t3.large" # never used more
	)
	subnet_id = aws_subnet.private["b"].id
	vpc_security_group_ids = local.internal_sg
	root_block_device {
		volume_type = "gp2"
		volume_size = 100
	}
	tags = {
		"Name" = "${local.name}-mail"
		"Role" : "mail",
	}
}

resource "aws_ec2_instance_state" "mail" {
	instance_id = aws_instance.mail.id
	state       = "stopped"
}
