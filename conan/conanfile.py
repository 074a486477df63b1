import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir

required_conan_version = ">=2.1"


class SandpiperConan(ConanFile):
    name = "sandpiper"
    description = "A C++20 client library for RESP servers: Redis, Valkey and their kin"
    license = "MIT"
    topics = ("redis", "valkey", "resp", "client", "asio")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "shared": [True, False],
        "fPIC": [True, False],
        "with_tls": [True, False],
        "with_isal": [True, False],
    }
    default_options = {
        "shared": False,
        "fPIC": True,
        "with_tls": True,
        "with_isal": False,
    }
    implements = ["auto_shared_fpic"]

    # The parts as src/CMakeLists.txt declares them: what each uses, and the packages it is built
    # with.
    _parts = {
        "base": [],
        "resp": ["base"],
        "commands": ["resp"],
        "store": ["base", "xxhash::xxhash"],
        "rdb": ["base", "liblzf::liblzf"],
        "local": ["store", "resp"],
        "wire": ["resp"],
        "net": ["wire", "asio::asio"],
        "client": ["net", "commands", "asio::asio"],
        "cache": ["client", "store", "local", "asio::asio"],
        "mock": ["client"],
    }

    @property
    def _root(self):
        return os.path.join(self.recipe_folder, "..")

    def set_version(self):
        text = load(self, os.path.join(self._root, "CMakeLists.txt"))
        self.version = self.version or re.search(r"VERSION (\d+\.\d+\.\d+)", text).group(1)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "src/*", "include/*"):
            copy(self, pattern, src=self._root, dst=self.export_sources_folder)

    def layout(self):
        self.folders.root = ".."
        self.folders.subproject = "."
        cmake_layout(self)

    def requirements(self):
        # client/asio.hpp, and nothing else that is public, includes Asio.
        self.requires("asio/[>=1.22]", transitive_headers=True)
        self.requires("xxhash/[>=0.8]")
        self.requires("liblzf/[>=3.6]")
        if self.options.with_tls:
            self.requires("openssl/[>=3 <4]")
        if self.options.with_isal:
            self.requires("isa-l/[>=2.30]")

    def build_requirements(self):
        self.tool_requires("cmake/[>=3.25]")

    def validate(self):
        check_min_cppstd(self, 20)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for what in ("TESTS", "EXAMPLES", "BENCH"):
            toolchain.cache_variables[f"SANDPIPER_BUILD_{what}"] = False
        toolchain.cache_variables["SANDPIPER_PCH"] = False
        toolchain.cache_variables["SANDPIPER_TLS"] = bool(self.options.with_tls)
        toolchain.cache_variables["SANDPIPER_ISAL"] = bool(self.options.with_isal)
        toolchain.generate()

        deps = CMakeDeps(self)
        if self.options.with_isal:
            deps.set_property("isa-l", "cmake_file_name", "ISAL")
            deps.set_property("isa-l", "cmake_target_name", "ISAL::isal")
        deps.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", src=self.source_folder,
             dst=os.path.join(self.package_folder, "licenses"))
        CMake(self).install()
        for folder in ("lib/cmake", "lib/pkgconfig", "share"):
            rmdir(self, os.path.join(self.package_folder, folder))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "sandpiper")
        self.cpp_info.set_property("cmake_target_name", "sandpiper::sandpiper")
        self.cpp_info.set_property("pkg_config_name", "sandpiper")

        libraries = self._built_libraries()
        for part, requires in self._parts.items():
            component = self.cpp_info.components[part]
            component.set_property("cmake_target_name", f"sandpiper::{part}")
            component.set_property("pkg_config_name", f"sandpiper-{part}")
            component.requires = list(requires)
            if f"sandpiper_{part}" in libraries:
                component.libs = [f"sandpiper_{part}"]
        if self.options.with_tls:
            self.cpp_info.components["net"].requires.append("openssl::ssl")
        if self.options.with_isal:
            self.cpp_info.components["rdb"].requires.append("isa-l::isa-l")
        if self.settings.os in ("Linux", "FreeBSD"):
            self.cpp_info.components["net"].system_libs = ["pthread"]

    # A part that is headers alone has no library.
    def _built_libraries(self):
        folder = os.path.join(self.package_folder, "lib")
        return {re.sub(r"^lib|\.(a|so|dylib|lib).*$", "", name) for name in os.listdir(folder)}
