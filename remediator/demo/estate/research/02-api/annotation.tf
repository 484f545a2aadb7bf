resource "aws_instance" "annotation" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "r5.2xlarge"

  tags = {
    Name = "annotation"
  }
}

resource "aws_ebs_volume" "data" {
  availability_zone = local.zone
  size              = 1000
  type              = var.data_volume_type

  tags = {
    Name = "annotation-data"
  }
}
