resource "aws_db_subnet_group" "main" {
  name       = local.name
  subnet_ids = [for zone in sort(keys(local.zones)) : aws_subnet.private[zone].id]
}

resource "aws_db_instance" "primary" {
  identifier                  = "${local.name}-shop"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = local.db_classes[var.environment].primary
  allocated_storage           = 500
  max_allocated_storage       = 1000
  storage_type                = "gp3"
  storage_encrypted           = true
  multi_az                    = true
  db_name                     = "shop"
  username                    = "shop_admin"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.internal.id]
  backup_retention_period     = 14
  maintenance_window          = "sun:03:00-sun:04:00"
  deletion_protection         = true
  skip_final_snapshot         = false
  final_snapshot_identifier   = "${local.name}-shop-final"

  tags = { Name = "${local.name}-shop" }

  lifecycle {
    prevent_destroy = true
  }
}

# Only used by the old admin UI, which staging no longer deploys.
resource "aws_db_instance" "staging" {
  identifier                  = "acme-staging-shop"
  engine                      = "mysql"
  engine_version              = "8.0.39"
  instance_class              = "db.m5.xlarge"
  allocated_storage           = 200
  storage_type                = "gp2"
  db_name                     = "shop"
  username                    = "shop_admin"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.internal.id]
  skip_final_snapshot         = true

  tags = { Name = "acme-staging-shop" }
}

resource "aws_db_instance" "replica" {
  identifier             = "${local.name}-shop-replica"
  replicate_source_db    = aws_db_instance.primary.identifier
  instance_class         = local.db_classes[var.environment].replica
  storage_type           = "gp3"
  storage_encrypted      = true
  vpc_security_group_ids = [aws_security_group.internal.id]
  skip_final_snapshot    = true

  tags = { Name = "${local.name}-shop-replica" }
}

resource "aws_db_instance" "orders" {
  identifier                  = "${local.name}-orders"
  engine                      = "mysql"
  engine_version              = "8.0.39"
  instance_class              = local.db_classes[var.environment]["orders"]
  allocated_storage           = 300
  storage_type                = "gp3"
  storage_encrypted           = true
  db_name                     = "orders"
  username                    = "orders_admin"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.internal.id]
  backup_retention_period     = 7
  skip_final_snapshot         = true

  tags = { Name = "${local.name}-orders" }
}
