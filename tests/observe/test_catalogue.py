from remediator.observe import catalogue


def test_the_catalogue_knows_what_types_offer() -> None:
    known = catalogue.load()
    gpu = known.instance_type("g5.xlarge")

    assert gpu is not None
    assert (gpu.vcpu, gpu.memory_mib, gpu.gpu_count, gpu.gpu_name, gpu.local_storage_gb) == (4, 16384, 1, "A10G", 250)
    assert known.instance_type("z9.unheard") is None
    cores = {name: known.types[name].neuron_cores for name in ("trn1.32xlarge", "inf1.6xlarge", "trn2u.48xlarge")}
    assert cores == {"trn1.32xlarge": 32, "inf1.6xlarge": 16, "trn2u.48xlarge": 128} and gpu.neuron_cores == 0
    known_of = ("neuron_name", "neuron_devices", "neuron_memory_mib", "neuron_version")
    devices = {
        name: tuple(getattr(known.types[name], of) for of in known_of) for name in ("inf2.48xlarge", "trn2u.48xlarge")
    }
    assert devices == {
        "inf2.48xlarge": ("Inferentia2", 12, 12 * 32 * 1024, 2),
        "trn2u.48xlarge": ("Trainium2", 16, 16 * 96 * 1024, 3),
    }
    assert tuple(getattr(gpu, of) for of in known_of) == (None, 0, None, None)
    assert [t.name for t in known.family("m5")][:3] == ["m5.large", "m5.xlarge", "m5.2xlarge"]
    assert len(known.types) > 1300
