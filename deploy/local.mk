# What is installed beside the programs, and the scripts for people.

EXTRA_DIST += \
	deploy/build.sh \
	deploy/deps.sh \
	deploy/quickstart.sh \
	deploy/test.sh \
	deploy/sample/build.sh \
	deploy/sample/sample.c \
	deploy/sample/sample.wasm
