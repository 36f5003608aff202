terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}

resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

# Machines.

resource "aws_launch_template" "app" {
  name_prefix   = "app"
  instance_type = "m5.large"
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 20
      volume_type = "gp3"
    }
  }
  block_device_mappings {
    device_name = "/dev/sdf"
    ebs {
      volume_size = 100
      volume_type = "gp3"
      iops        = 4000
      throughput  = 225
    }
  }
  monitoring {
    enabled = true
  }
}

resource "aws_instance" "plain" {
  ami           = "ami-1"
  instance_type = "t3.large"
  subnet_id     = aws_subnet.a.id
  monitoring    = true
  credit_specification {
    cpu_credits = "standard"
  }
  root_block_device {
    volume_size = 50
    volume_type = "gp3"
  }
  ebs_block_device {
    device_name = "/dev/sdg"
    volume_size = 10
    volume_type = "io1"
    iops        = 500
  }
  ephemeral_block_device {
    device_name  = "/dev/sdb"
    virtual_name = "ephemeral0"
  }
}

resource "aws_instance" "launched" {
  subnet_id = aws_subnet.b.id
  launch_template {
    id      = aws_launch_template.app.id
    version = "$Latest"
  }
}

resource "aws_instance" "reserved" {
  ami           = "ami-1"
  instance_type = "m5.large"
  subnet_id     = aws_subnet.b.id
  root_block_device {
    volume_size = 10
    volume_type = "gp3"
  }
  capacity_reservation_specification {
    capacity_reservation_target {
      capacity_reservation_id = aws_ec2_capacity_reservation.main.id
    }
  }
}

resource "aws_ec2_capacity_reservation" "main" {
  instance_type           = "m5.large"
  instance_platform       = "Linux/UNIX"
  availability_zone       = "us-east-1a"
  instance_count          = 2
  instance_match_criteria = "targeted"
}

resource "aws_ec2_host" "main" {
  instance_family   = "c5"
  availability_zone = "us-east-1a"
}

resource "aws_spot_instance_request" "main" {
  ami           = "ami-1"
  instance_type = "m5.large"
}

resource "aws_autoscaling_group" "mixed" {
  min_size            = 2
  max_size            = 8
  desired_capacity    = 4
  vpc_zone_identifier = [aws_subnet.a.id, aws_subnet.b.id]
  mixed_instances_policy {
    instances_distribution {
      on_demand_base_capacity                  = 4
      on_demand_percentage_above_base_capacity = 0
    }
    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.app.id
        version            = "$Latest"
      }
      override {
        instance_type     = "m5.xlarge"
        weighted_capacity = "2"
      }
      override {
        instance_type = "m5.large"
      }
    }
  }
}

resource "aws_ec2_fleet" "main" {
  launch_template_config {
    launch_template_specification {
      launch_template_id = aws_launch_template.app.id
      version            = "$Latest"
    }
    override {
      instance_type = "m5.xlarge"
    }
  }
  target_capacity_specification {
    default_target_capacity_type = "on-demand"
    total_target_capacity        = 2
  }
}

# Disks.

resource "aws_ebs_volume" "fast" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = "io2"
  iops              = 40000
}

resource "aws_ebs_snapshot" "main" {
  volume_id = aws_ebs_volume.fast.id
}

resource "aws_ebs_fast_snapshot_restore" "main" {
  availability_zone = "us-east-1a"
  snapshot_id       = aws_ebs_snapshot.main.id
}

# Clusters.

resource "aws_eks_cluster" "main" {
  name     = "main"
  role_arn = "arn:aws:iam::123456789012:role/eks"
  version  = "1.31"
  vpc_config {
    subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
  }
}

resource "aws_eks_node_group" "main" {
  cluster_name   = aws_eks_cluster.main.name
  node_role_arn  = "arn:aws:iam::123456789012:role/nodes"
  subnet_ids     = [aws_subnet.a.id]
  instance_types = ["m5.large"]
  disk_size      = 50
  scaling_config {
    desired_size = 3
    min_size     = 1
    max_size     = 5
  }
}

resource "aws_eks_addon" "cni" {
  cluster_name = aws_eks_cluster.main.name
  addon_name   = "vpc-cni"
}

resource "aws_ecs_cluster" "main" {
  name = "main"
}

resource "aws_ecs_cluster_capacity_providers" "main" {
  cluster_name       = aws_ecs_cluster.main.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_ecs_task_definition" "app" {
  family                   = "app"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "1024"
  memory                   = "2048"
  container_definitions    = "[]"
  ephemeral_storage {
    size_in_gib = 50
  }
  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_service" "app" {
  name            = "app"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = 2
  network_configuration {
    subnets          = [aws_subnet.a.id]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "machines" {
  name            = "machines"
  cluster         = aws_ecs_cluster.main.id
  launch_type     = "EC2"
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = 2
}

# Network.

resource "aws_eip" "nat" {
  domain = "vpc"
}

resource "aws_nat_gateway" "main" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.a.id
}

resource "aws_lb" "gateway" {
  load_balancer_type = "gateway"
  subnets            = [aws_subnet.a.id]
}

resource "aws_lb" "internal" {
  internal = true
  subnets  = [aws_subnet.a.id, aws_subnet.b.id]
}

resource "aws_lb" "public" {
  subnets = [aws_subnet.a.id, aws_subnet.b.id]
}

resource "aws_eip" "balancer" {
  domain = "vpc"
}

resource "aws_lb" "elastic" {
  load_balancer_type = "network"

  subnet_mapping {
    subnet_id     = aws_subnet.a.id
    allocation_id = aws_eip.balancer.id
  }

  subnet_mapping {
    subnet_id = aws_subnet.b.id
  }
}

resource "aws_vpc_endpoint" "interface" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.us-east-1.ecr.api"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.a.id, aws_subnet.b.id]
}

resource "aws_vpc_endpoint" "gateway" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.us-east-1.s3"
}

resource "aws_customer_gateway" "main" {
  type       = "ipsec.1"
  ip_address = "192.0.2.1"
  bgp_asn    = 65000
}

resource "aws_ec2_transit_gateway" "main" {}

resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
  transit_gateway_id = aws_ec2_transit_gateway.main.id
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.a.id]
}

resource "aws_vpn_connection" "transit" {
  customer_gateway_id = aws_customer_gateway.main.id
  transit_gateway_id  = aws_ec2_transit_gateway.main.id
  type                = "ipsec.1"
}

resource "aws_vpn_connection" "plain" {
  customer_gateway_id = aws_customer_gateway.main.id
  vpn_gateway_id      = "vgw-1"
  type                = "ipsec.1"
}

resource "aws_dx_connection" "main" {
  name      = "main"
  bandwidth = "10Gbps"
  location  = "EqDC2"
}

resource "aws_networkfirewall_firewall" "main" {
  name                = "main"
  firewall_policy_arn = "arn:aws:network-firewall:us-east-1:123456789012:firewall-policy/main"
  vpc_id              = aws_vpc.main.id
  subnet_mapping {
    subnet_id = aws_subnet.a.id
  }
  subnet_mapping {
    subnet_id = aws_subnet.b.id
  }
}

resource "aws_route53_zone" "main" {
  name = "acme.test"
}

resource "aws_route53_health_check" "main" {
  type              = "HTTPS_STR_MATCH"
  fqdn              = "acme.test"
  search_string     = "ok"
  request_interval  = 10
  failure_threshold = 3
}

resource "aws_route53_resolver_endpoint" "main" {
  direction          = "INBOUND"
  security_group_ids = ["sg-1"]
  ip_address {
    subnet_id = aws_subnet.a.id
  }
  ip_address {
    subnet_id = aws_subnet.b.id
  }
}

# Functions, and what is beside them.

resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = "arn:aws:iam::123456789012:role/app"
  runtime       = "nodejs22.x"
  handler       = "index.handler"
  s3_bucket     = "code"
  s3_key        = "app.zip"
  memory_size   = 1024
  architectures = ["arm64"]
}

resource "aws_lambda_provisioned_concurrency_config" "app" {
  function_name                     = aws_lambda_function.app.function_name
  qualifier                         = "live"
  provisioned_concurrent_executions = 10
}

resource "aws_api_gateway_rest_api" "main" {
  name = "main"
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id           = aws_api_gateway_rest_api.main.id
  deployment_id         = "d1"
  stage_name            = "live"
  cache_cluster_enabled = true
  cache_cluster_size    = "6.1"
}

resource "aws_cloudwatch_metric_alarm" "band" {
  alarm_name          = "band"
  comparison_operator = "GreaterThanUpperThreshold"
  evaluation_periods  = 2
  threshold_metric_id = "e1"
  metric_query {
    id          = "e1"
    expression  = "ANOMALY_DETECTION_BAND(m1)"
    return_data = true
  }
  metric_query {
    id          = "m1"
    return_data = true
    metric {
      metric_name = "CPUUtilization"
      namespace   = "AWS/EC2"
      period      = 120
      stat        = "Average"
    }
  }
}

resource "aws_kms_key" "main" {}

resource "aws_secretsmanager_secret" "db" {
  name = "db"
  replica {
    region = "eu-west-1"
  }
}

resource "aws_wafv2_web_acl" "main" {
  name  = "main"
  scope = "REGIONAL"
  default_action {
    allow {}
  }
  rule {
    name     = "common"
    priority = 1
    override_action {
      none {}
    }
    statement {
      managed_rule_group_statement {
        name        = "AWSManagedRulesCommonRuleSet"
        vendor_name = "AWS"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = false
      metric_name                = "common"
      sampled_requests_enabled   = false
    }
  }
  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "main"
    sampled_requests_enabled   = false
  }
}

resource "aws_codebuild_project" "main" {
  name         = "main"
  service_role = "arn:aws:iam::123456789012:role/build"
  artifacts {
    type = "NO_ARTIFACTS"
  }
  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
  }
  source {
    type     = "GITHUB"
    location = "https://github.com/acme/app.git"
  }
}
