# What is installed beside the programs, and the scripts for people.

EXTRA_DIST += \
	deploy/deps.sh \
	deploy/quickstart.sh \
	deploy/test.sh
