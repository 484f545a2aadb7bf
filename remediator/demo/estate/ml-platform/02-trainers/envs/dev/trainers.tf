module "ranking_trainer" {
  source = "../../modules/trainer"

  name      = "ranking-trainer"
  subnet_id = var.subnet_id
}

module "embedding_trainer" {
  source = "../../modules/trainer"

  name      = "embedding-trainer"
  subnet_id = var.subnet_id
}

resource "aws_autoscaling_group" "sweep" {
  name               = "hyperparameter-sweep"
  availability_zones = ["us-east-1a"]
  min_size           = 1
  desired_capacity   = 2
  max_size           = 8

  launch_template {
    id      = aws_launch_template.sweep.id
    version = "$Latest"
  }

  tag {
    key                 = "team"
    value               = "ranking"
    propagate_at_launch = true
  }
}

resource "aws_launch_template" "sweep" {
  name          = "hyperparameter-sweep"
  image_id      = var.ami
  instance_type = "g4dn.xlarge"
}
