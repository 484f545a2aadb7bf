module "feature_store" {
  source = "../../modules/server"

  name          = "feature-store"
  instance_type = "m5.4xlarge" # sized for the backfill of last spring
  subnet_id     = var.subnet_id
}

resource "aws_ebs_volume" "features" {
  availability_zone = "us-east-1a"
  size              = 800
  type              = "gp2" # written by the nightly job
  encrypted         = true

  tags = {
    Name = "features"
  }
}

resource "aws_ebs_volume" "scratch" {
  availability_zone = "us-east-1a"
  size              = 1200
  type              = var.scratch_type

  tags = {
    Name = "scratch"
  }
}

resource "aws_ebs_volume" "old_checkpoints" {
  availability_zone = "us-east-1a"
  size              = 1500
  type              = "gp3"
  iops              = 3000
  throughput        = 125

  tags = {
    Name = "checkpoints-2025"
    team = "ranking"
  }
}
